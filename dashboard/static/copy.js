// Puts a button beside each line that can be copied. Without it they are selected
// by hand.
(() => {
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
