// Keeps a page true while somebody looks at it.
// A page is complete without it; when a request fails, only ages go on.
(() => {
const doc = document, main = doc.querySelector('main'), all = css => [...main.querySelectorAll(css)];
let etag, since = Date.now();

// Make an old node like the new one, but keep what the reader did to it.
function morph(old, now) {
  if (old.data != now.data) old.data = now.data;
  if (/FORM/.test(old.nodeName) && old.textContent == now.textContent || !old.attributes) return;
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

// Without a clipboard the link to the text is followed.
doc.onclick = async e => {
  const a = e.target.closest('[data-copy]');
  if (!a || !navigator.clipboard) return;
  e.preventDefault();
  try {
    await navigator.clipboard.writeText(await (await fetch(a)).text());
    a.textContent = doc.querySelector('#live').textContent = 'Copied';
  } catch {
    location = a;
  }
};

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
    doc.title = page.title;
    if (href) (main.contains(focus) && focus.getAttribute('href') == href ? focus : all(`a[href="${href}"]`)[0])?.focus({preventScroll: true});
    if (shown() != before) doc.querySelector('#live').textContent = 'Updated: ' + page.title;
  } catch {}
}

setInterval(ask, 3e4);
doc.addEventListener('visibilitychange', ask);
})();
