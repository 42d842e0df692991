// The chain moved: the checkout is asked for anew, and its part of the page swapped.
export function start() {
  const part = () => document.getElementById('checkout');
  const source = new EventSource(part().dataset.events);
  let busy = false;
  let again = false;
  async function renew() {
    if (busy) { again = true; return; }
    busy = true;
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null);
    if (answer?.ok) {
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('checkout');
      if (next && part()) {
        const moved = next.dataset.state !== part().dataset.state;
        part().replaceWith(next);
        if (moved) document.getElementById('live').textContent = next.querySelector('[role="status"]').textContent;
        const copy = next.querySelector('[data-copy]');
        if (copy) {
          copy.hidden = !navigator.clipboard;
          copy.onclick = () => navigator.clipboard.writeText(copy.closest('[data-module]').querySelector('code').textContent);
        }
      }
    }
    busy = false;
    if (again) { again = false; renew(); }
  }
  source.onmessage = renew;
  return () => source.close();
}
