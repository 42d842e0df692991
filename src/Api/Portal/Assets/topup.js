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
        dress();
      }
    }
    busy = false;
    if (again) { again = false; renew(); }
  }

  // What a new part needs of scripts.
  function dress() {
    const copy = part().querySelector('[data-copy]');
    const pay = part().querySelector('.pay');
    if (pay) import(pay.dataset.src).then(module => module.start(pay));
    if (copy) {
      copy.hidden = !navigator.clipboard;
      copy.onclick = () => navigator.clipboard.writeText(copy.closest('[data-module]').querySelector('code').textContent);
    }
  }

  // The clock beside the amount; when it has run out the page says what holds then.
  const clock = setInterval(() => {
    const left = part()?.querySelector('[data-until]');
    if (!left || left.hidden) return;
    const seconds = Math.ceil((left.dataset.until - Date.now()) / 1000);
    if (seconds <= 0) { left.removeAttribute('data-until'); renew(); return; }
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    left.textContent = left.dataset.text.replace('{0}', text);
  }, 1000);
  source.onmessage = renew;
  return () => { source.close(); clearInterval(clock); };
}
