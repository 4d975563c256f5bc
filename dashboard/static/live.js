// Keeps a page true while somebody looks at it, and sorts tables by keyboard.
// A page is complete without it; when a request fails, only ages go on.
(() => {
const doc = document, main = doc.querySelector('main'), all = css => [...main.querySelectorAll(css)];
let etag, since = Date.now();

// Make an old node like the new one, but keep what the reader did to it.
function morph(old, now) {
  if (old.data != now.data) old.data = now.data;
  if (/FORM|THEAD/.test(old.nodeName) && old.textContent == now.textContent || !old.attributes) return;
  for (const {name} of [...old.attributes]) if (name != 'open' && !now.hasAttribute(name)) old.removeAttribute(name);
  for (const {name, value} of now.attributes) if (name != 'open') old.setAttribute(name, value);
  const have = [...old.childNodes], want = [...now.childNodes];
  want.forEach((n, i) => {
    const o = have[i];
    if (!o) old.append(n);
    else if (o.nodeName == n.nodeName) morph(o, n);
    else o.replaceWith(n);
  });
  have.slice(want.length).forEach(o => o.remove());
}

function sort(table, heads) {
  const by = heads.findIndex(h => h.ariaSort), way = heads[by]?.ariaSort == 'descending' ? -1 : 1;
  if (by < 0) return;
  const key = ({cells}) => cells[by].querySelector('time')?.dateTime || cells[by].textContent.trim();
  const rows = [...table.tBodies[0].rows].map(r => [key(r), r]);
  rows.sort(([a], [b]) => (a == '–') - (b == '–') || way * a.localeCompare(b, 'en', {numeric: true}));
  table.tBodies[0].append(...rows.map(r => r[1]));
}

function tables() {
  for (const table of all('.projects, .changes, .polls')) {
    // To sort a part of a list would mislead.
    if (table.parentNode.querySelector(':scope > .pager, :scope > [data-part]')) continue;
    const heads = [...table.tHead.rows[0].cells];
    for (const head of heads) {
      if (head.firstElementChild) continue;
      const button = doc.createElement('button');
      button.append(...head.childNodes);
      head.append(button);
      button.onclick = () => {
        const way = head.ariaSort == 'ascending' ? 'descending' : 'ascending';
        heads.forEach(h => h.ariaSort = h == head ? way : null);
        sort(table, heads);
      };
    }
    sort(table, heads);
  }
}

const shown = () => all('[data-field]').map(e => e.textContent).join();

async function ask() {
  if (doc.hidden) return;
  for (const e of all('[data-seconds]')) {
    const m = (+e.dataset.seconds + (Date.now() - since) / 1e3) / 60;
    const [n, unit] = m < 60 ? [m, 'minute'] : m < 2880 ? [m / 60, 'hour'] : [m / 1440, 'day'];
    e.textContent = m < 1 ? 'just now' : `${n | 0} ${unit}${n < 2 ? '' : 's'} ago`;
  }
  try {
    const answer = await fetch(location, {cache: 'no-store', headers: etag ? {'If-None-Match': etag} : {}});
    const page = answer.status == 200 && new DOMParser().parseFromString(await answer.text(), 'text/html');
    const focus = doc.activeElement, href = main.contains(focus) && focus.getAttribute('href'), before = shown();
    if (!page || focus.matches('input, select')) return;
    etag = answer.headers.get('ETag');
    morph(main, page.querySelector('main'));
    since = Date.now();
    tables();
    doc.title = page.title;
    if (href) (main.contains(focus) && focus.getAttribute('href') == href ? focus : all(`a[href="${href}"]`)[0])?.focus({preventScroll: true});
    if (shown() != before) doc.querySelector('#live').textContent = 'Updated: ' + page.title;
  } catch {}
}

tables();
setInterval(ask, 3e4);
doc.addEventListener('visibilitychange', ask);
})();
