// A static page can't know that it was not renewed: here it looks at the clock. Its text
// is right without this, because it says as of when it is.
(() => {
  const due = new Date(document.currentScript.dataset.staleAfter);
  if (!(Date.now() > due)) return;
  document.documentElement.classList.add('aged');
  document.title = '(not up to date) ' + document.title;
  const p = document.createElement('p');
  p.className = 'warn';
  p.textContent = 'Not up to date. These are the last known numbers: this page should have been renewed by ' +
    due.toISOString().slice(0, 16).replace('T', ', ') + ' UTC.';
  document.getElementById('main').prepend(p);
})();
