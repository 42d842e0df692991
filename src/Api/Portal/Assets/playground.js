// Sends from the browser to the public API, with a key of a quarter of an hour that lives in this page's memory only.
const { samples } = await import(document.querySelector('[data-samples]').dataset.samples);

export function start(part) {
  const say = part.dataset;
  const form = part.querySelector('#ask');
  const [send, stop, cost, answer, after] = ['send', 'stop', 'cost', 'answer', 'after'].map(id => part.querySelector(`#${id}`));
  const code = part.querySelector('#code-panel code');
  const tabs = [...part.querySelectorAll('[role="tab"]')];
  const usd = nusd => `$${(nusd / 1e9).toFixed(6)}`;
  const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, i) => values[i]);
  let key = null;
  let language = 'curl';
  let running = null;
  let timer;

  async function useKey() {
    if (key && key.expires - Date.now() > 30_000) return key.key;
    const made = await fetch(say.key, { method: 'POST', headers: { 'x-form-token': say.token, 'content-type': 'application/json' } });
    if (!made.ok) throw new Error(`${made.status}`);
    key = await made.json();
    return key.key;
  }

  function body() {
    const fields = new FormData(form);
    const text = name => fields.get(name).trim();
    const messages = [{ role: 'user', content: text('prompt') }];
    if (text('system')) messages.unshift({ role: 'system', content: text('system') });
    const request = { model: text('model'), messages, stream: true };
    if (text('max_tokens')) request.max_tokens = Number(text('max_tokens'));
    if (text('max_cost')) request.max_cost = Number(text('max_cost'));
    if (text('strategy')) request.routing = { strategy: text('strategy') };
    return request;
  }

  const call = async (path, request, signal) => fetch(`${say.api}${path}`, {
    method: 'POST', signal, body: JSON.stringify(request),
    headers: { authorization: `Bearer ${await useKey()}`, 'content-type': 'application/json' },
  });

  // The same quote that admission makes; it is free.
  async function quote() {
    const request = body();
    code.textContent = samples[language](say.base, request);
    send.disabled = running || !form.checkValidity();
    if (!form.checkValidity()) { cost.textContent = ''; return; }
    const answered = await call('/route', request).catch(() => null);
    const told = await answered?.json().catch(() => null);
    if (running) return;
    cost.textContent = told?.ceiling_nusd === undefined ? told?.error?.message ?? say.failed : fill(say.atmost, usd(told.ceiling_nusd));
  }

  async function* events(stream) {
    let rest = '';
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop();
      for (const frame of frames) {
        const data = frame.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice(6)).join('\n');
        if (data && data !== '[DONE]') yield JSON.parse(data);
      }
    }
  }

  async function ask() {
    running = new AbortController();
    [send.disabled, stop.hidden] = [true, false];
    answer.textContent = '';
    answer.setAttribute('aria-busy', 'true');
    after.textContent = say.waiting;
    let id = null;
    let usage = null;
    let failure = null;
    try {
      const answered = await call('/chat/completions', body(), running.signal);
      id = answered.headers.get('x-gateway-receipt');
      if (!answered.ok) failure = (await answered.json()).error?.message ?? `${answered.status}`;
      else for await (const event of events(answered.body)) {
        if (event.error) failure = event.error.message;
        answer.append(event.choices?.[0]?.delta?.content ?? '');
        usage = event.usage ?? usage;
        if (event.usage) cost.textContent = fill(say.sofar, usd(event.usage.cost_nusd));
      }
    } catch (problem) {
      failure = problem.name === 'AbortError' ? say.stopped : say.failed;
    }
    answer.setAttribute('aria-busy', 'false');
    after.textContent = failure ?? fill(say.done, usage?.prompt_tokens ?? '?', usage?.completion_tokens ?? '?', usage ? usd(usage.cost_nusd) : '?');
    if (id && usage) {
      const link = document.createElement('a');
      link.href = `/activity/${id}`;
      link.textContent = say.detail;
      after.append(' ', link);
    }
    running = null;
    [send.disabled, stop.hidden] = [false, true];
  }

  function choose(tab) {
    for (const one of tabs) {
      one.setAttribute('aria-selected', one === tab);
      one.tabIndex = one === tab ? 0 : -1;
    }
    language = tab.dataset.language;
    part.querySelector('#code-panel').setAttribute('aria-labelledby', tab.id);
    code.textContent = samples[language](say.base, body());
  }

  form.addEventListener('submit', event => { event.preventDefault(); if (!running) ask(); });
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(quote, 400); });
  stop.addEventListener('click', () => running?.abort());
  for (const tab of tabs) {
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  }
  code.textContent = samples[language](say.base, body());
  return () => running?.abort();
}
