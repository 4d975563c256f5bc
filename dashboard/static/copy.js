// Puts a button beside each line that can be copied. Without it they are selected
// by hand.
(() => {
// A server that was not told where readers find it writes addresses without one; here
// it is known.
const relative = document.querySelector('[data-relative]');
if (relative) {
  for (const code of document.querySelectorAll('.snippet code')) code.textContent = code.textContent.replace(/(src="|href="|\]\(|!\[[^\]]*\]\(|: )\/(?!\/)/g, `$1${location.origin}/`);
  relative.textContent = relative.dataset.relative;
}
for (const box of document.querySelectorAll('.snippet')) {
  const code = box.querySelector('code'), what = box.querySelector('h3').textContent;
  const button = document.createElement('button');
  button.textContent = 'Copy';
  button.ariaLabel = 'Copy ' + what;
  button.onclick = async () => {
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      if (!document.execCommand('copy')) return; // it stays selected
    }
    button.textContent = 'Copied';
    document.querySelector('#live').textContent = what + ' copied';
  };
  box.append(button);
}
})();
