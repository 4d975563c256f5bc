// Fills elements such as
//   <span data-headway="goal/project" data-show="merged" data-as-of="2026-11-23">12</span>
// with live numbers. What is built in stays wherever those can't be had, and says
// how old it is. A mistake in an element is told to its author, in the console and
// the title. It writes text and titles only, never markup.
(() => {
const doc = document, api = doc.currentScript.src.replace(/embed\.js.*/, 'api/v1/goals/');
const asked = {}, ask = path => asked[path] ??= fetch(api + path).then(async r => r.ok ? r.json() : Promise.reject(/40[04]/.test(r.status) && (await r.json()).error));
const states = ['merged', 'open', 'wip', 'reverted', 'abandoned', 'left', 'gone'];
const outside = 'not in this goal';
const word = code => ({open: 'in review', wip: 'work in progress', none: 'no changes tracked', 'in-progress': 'In Progress', 'nothing-in-review': 'nothing left in review'})[code] ?? code.replace(/-/g, ' ');

// The words and meanings of a badge.
const show = {
  merged: c => c.counts.merged,
  open: c => c.in_flight,
  percent: ({counts: {merged}, progress: p, percent}) => p == null ? 'no changes yet' :
    percent + '%' + (merged ? ` of ${Math.round(merged / p)}` : '') + ' merged',
  status: c => c.status ? word(c.status).replace(/^./, a => a.toUpperCase()) : 'no status',
  cycle: c => c.cycle_merged ?? 'no cycle now',
  projects: ({projects: p}) => p ? `${p.completed} of ${p.of} completed` : 'one project',
};

// A list picked by hand: each link to one of its changes gets a word. Without such
// links the text becomes their sum.
function pick(e, numbers, changes) {
  const state = n => changes.find(c => c.number == n)?.state ?? outside;
  let linked;
  for (const a of e.querySelectorAll('a')) {
    const n = numbers.find(n => RegExp(`\\b${n}\\b`).test(a.href));
    if (!n) continue;
    let note = a.nextElementSibling;
    if (!note?.matches('.headway-state')) a.after(note = doc.createElement('small'));
    note.className = 'headway-state';
    note.dataset.state = state(n);
    note.textContent = ` (${word(state(n))})`;
    linked = 1;
  }
  if (!linked) e.textContent = [...states, outside].map(s => [numbers.filter(n => state(n) == s).length, word(s)])
    .filter(([n]) => n).map(part => part.join(' ')).join(', ');
}

function mark(e, at, stale) {
  e.title = `As of ${at ?? 'an unknown day'} (UTC)` + (stale ? ', not up to date' : '');
  e.classList.toggle('headway-stale', stale);
  e.toggleAttribute('data-headway-stale', stale);
  if (!stale) return;
  e.style.textDecoration = 'underline dotted';
  if (at && !/\(as of /.test(e.textContent)) e.append(` (as of ${new Date(at.slice(0, 10)).toUTCString().slice(5, 16).replace(/^0/, '')})`);
}

for (const e of doc.querySelectorAll('[data-headway]')) {
  const {headway, changes, show: what = 'percent', asOf} = e.dataset;
  const [goal, ...project] = headway.split('/').map(encodeURIComponent);
  const mistake = changes || Object.hasOwn(show, what) ? 0 : `no data-show "${what}"; there are ${Object.keys(show).join(', ')}`;
  Promise.all([
    mistake && Promise.reject(mistake),
    ask([goal, 'count', ...project].join('/')),
    changes && ask(`${goal}/changes?class=all&limit=500&state=${states}&numbers=${encodeURI(changes)}`),
  ]).then(([, count, list]) => {
    const at = count.as_of.slice(0, 16).replace('T', ' '); // null while loading: that is no answer either
    if (list) pick(e, [...new Set(changes.match(/\d+/g))], list.changes);
    else e.textContent = show[what](count);
    e.dataset.asOf = at.slice(0, 10);
    mark(e, at, count.stale);
  }).catch(why => {
    if (typeof why == 'string') console.warn(e.title = 'headway: ' + why, e);
    else mark(e, asOf, true);
  });
}
})();
