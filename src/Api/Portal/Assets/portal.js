// Enhanced navigation: a link of the portal swaps only the page's own part. Without it every link works as links do.
const main = () => document.getElementById('main');
const base = new URL('.', import.meta.url);
const shortcuts = { o: '/overview', p: '/playground', k: '/keys', a: '/activity', u: '/usage', b: '/billing', m: '/models', s: '/status' };
const isOn = () => localStorage.getItem('shortcuts') !== 'off';
let stops = [];
let going = 0;

async function start() {
  for (const part of document.querySelectorAll('[data-module]')) {
    const src = part.dataset.src;
    const stop = part.dataset.module === 'copy' ? copy(part) : (await import(src ?? new URL(`${part.dataset.module}.js`, base))).start(part);
    if (typeof stop === 'function') stops.push(stop);
  }
}

function copy(part) {
  const button = part.querySelector('[data-copy]');
  const label = button.textContent;
  button.hidden = !navigator.clipboard;
  button.onclick = async () => {
    await navigator.clipboard.writeText(part.querySelector('code').textContent);
    button.textContent = button.dataset.done;
    document.getElementById('live').textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1500);
  };
}

async function go(url, isBack) {
  const turn = ++going;
  const answer = await fetch(url, { headers: { accept: 'text/html' } }).catch(() => null);
  if (turn !== going) return;
  if (!answer || !answer.headers.get('content-type')?.startsWith('text/html')) { location.href = url; return; }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // A page with a module of its own is loaded as a whole: a module runs once.
  if (!page.getElementById('main') || page.querySelector('main script') || page.documentElement.lang !== document.documentElement.lang) { location.href = url; return; }
  stops.forEach(stop => stop());
  stops = [];
  const hash = new URL(url).hash;
  if (!isBack) history.pushState(null, '', answer.url + hash);
  document.title = page.title;
  for (const part of ['#main', 'nav', '.foot']) document.querySelector(part)?.replaceWith(page.querySelector(part));
  main().focus({ preventScroll: true });
  const place = hash && document.getElementById(hash.slice(1));
  if (place) place.scrollIntoView();
  else if (!isBack) scrollTo(0, 0);
  await start();
}

document.addEventListener('click', event => {
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || link.target || link.hasAttribute('download') || /^\/(docs|v1|openapi|\.well-known)/.test(url.pathname)) return;
  if (url.pathname === location.pathname && url.hash) return;
  event.preventDefault();
  go(url.href);
});
addEventListener('popstate', () => go(location.href, true));

let chord = false;
document.addEventListener('keydown', event => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog')) return;
  const path = shortcuts[event.key];
  if (chord && path) { event.preventDefault(); go(path); }
  chord = event.key === 'g';
  if (event.key === '?') document.getElementById('shortcuts').showModal();
  if (event.key === '/') {
    const field = main().querySelector('input[type="search"], input:not([type="hidden"]), select, textarea');
    if (field) { event.preventDefault(); field.focus(); }
  }
});
const toggle = document.getElementById('shortcuts-on');
toggle.checked = isOn();
toggle.onchange = () => localStorage.setItem('shortcuts', toggle.checked ? 'on' : 'off');

start();
