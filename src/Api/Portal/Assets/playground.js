// Sends from the browser to the public API, with a key of a quarter of an hour that lives in this page's memory only.
const here = document.querySelector('[data-module="playground"]').dataset;
const [{ samples }, { requests, readers, events }, { safe, render }] = await Promise.all(['samples', 'modes', 'markdown'].map(name => import(here[name])));

export function start(part) {
  const say = part.dataset;
  const form = part.querySelector('#ask');
  const [send, stop, cost, problem, plain] = ['send', 'stop', 'cost', 'problem', 'plain'].map(id => part.querySelector(`#${id}`));
  const lanes = [...part.querySelectorAll('[data-lane]')];
  const code = part.querySelector('#code-panel code');
  const tabs = [...part.querySelectorAll('[role="tab"]')];
  const file = form.querySelector('input[type="file"]');
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

  const read = () => requests(say.mode, new FormData(form), file?.picture);
  const call = async (path, request, signal) => fetch(`${say.api}${path}`, {
    method: 'POST', signal, body: say.form ? formOf(request) : JSON.stringify(request),
    headers: { authorization: `Bearer ${await useKey()}`, ...(say.form ? {} : { 'content-type': 'application/json' }) },
  });

  function formOf(request) {
    const body = new FormData();
    for (const [name, value] of Object.entries(request)) body.append(name, value);
    body.append('file', file.files[0], 'sound');
    return body;
  }

  // What is wrong with the fields, or null: then the code shows what will be sent.
  function check() {
    let wrong = form.checkValidity() ? null : '';
    try { code.textContent = read().map(request => samples[language](say.base, say.path, request, say.form)).join('\n\n'); } catch (failure) { wrong = fill(say.json, failure.message); }
    problem.textContent = file?.problem ?? wrong ?? '';
    problem.hidden = !problem.textContent;
    send.disabled = Boolean(running) || wrong !== null || Boolean(file?.problem);
    return wrong === null;
  }

  // The same quote that admission makes; it is free. Of what is no chat the cap itself is what it costs at most.
  async function quote() {
    if (!check()) { cost.textContent = ''; return; }
    const asked = read();
    if (!say.quoted) { cost.textContent = asked[0].max_cost === undefined ? '' : fill(say.atmost, usd(asked[0].max_cost * 1e9)); return; }
    const told = await Promise.all(asked.map(request => call('/route', request).then(answer => answer.json()).catch(() => null)));
    if (running) return;
    const failed = told.find(one => one?.ceiling_nusd === undefined);
    cost.textContent = failed === undefined ? fill(say.atmost, usd(told.reduce((sum, one) => sum + one.ceiling_nusd, 0))) : failed?.error?.message ?? say.failed;
  }

  async function ask(lane, request, signal) {
    const [answer, after] = [lane.querySelector('.answer'), lane.querySelector('.after')];
    answer.replaceChildren();
    answer.setAttribute('aria-busy', 'true');
    after.textContent = say.waiting;
    let [id, usage, failure, text] = [null, null, null, ''];
    try {
      const answered = await call(say.path, request, signal);
      id = answered.headers.get('x-gateway-receipt');
      if (!answered.ok) failure = (await answered.json()).error?.message ?? `${answered.status}`;
      else if (request.stream) for await (const event of events(answered.body)) {
        if (event.error) failure = event.error.message;
        const piece = readers.piece(event);
        text += piece;
        answer.append(safe(piece));
        usage = event.usage ?? event.response?.usage ?? usage;
        if (usage) cost.textContent = fill(say.sofar, usd(usage.cost_nusd));
      }
      else ({ text, usage } = await readers.whole(answered, answer));
    } catch (broken) {
      failure = broken.name === 'AbortError' ? say.stopped : say.failed;
    }
    answer.setAttribute('aria-busy', 'false');
    lane.text = text;
    show(lane);
    const [into, out] = [usage?.prompt_tokens ?? usage?.input_tokens, usage?.completion_tokens ?? usage?.output_tokens];
    after.textContent = failure ? safe(failure) : !(into || out) ? fill(say.cost, usage ? usd(usage.cost_nusd) : '?') : fill(say.done, into, out ?? 0, usd(usage.cost_nusd));
    if (id && (usage || failure === say.stopped)) {
      const link = document.createElement('a');
      link.href = `/activity/${id}`;
      link.textContent = say.detail;
      after.append(' ', link);
    }
  }

  // An answer as it came, or as Markdown of which nothing can run or be fetched.
  function show(lane) {
    const answer = lane.querySelector('.answer');
    if (lane.text === undefined || answer.querySelector('img, audio')) return;
    answer.classList.toggle('rich', !plain.checked);
    if (plain.checked) answer.textContent = safe(lane.text);
    else answer.replaceChildren(render(lane.text));
  }

  async function askAll() {
    const asked = read();
    running = new AbortController();
    [send.disabled, stop.hidden] = [true, false];
    lanes.forEach((lane, i) => { lane.hidden = i >= Math.max(asked.length, 1); });
    [...form.querySelectorAll('[name^="target-"]')].filter(one => one.value).forEach((one, i) => { lanes[i].querySelector('h2').textContent = one.selectedOptions[0].label; });
    await Promise.all(asked.map((request, i) => ask(lanes[i], say.streams ? { ...request, stream: true } : request, running.signal)));
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
    check();
  }

  // Size and kind are looked at before anything is read or sent.
  async function pick() {
    const chosen = file.files[0];
    [file.problem, file.picture] = [null, null];
    if (chosen && chosen.size > Number(file.dataset.most)) file.problem = fill(say.large, Math.floor(file.dataset.most / 1e6));
    else if (chosen && !chosen.type.startsWith(file.accept.replace('*', ''))) file.problem = say.kind;
    else if (chosen && !say.form) file.picture = await new Promise(done => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(chosen);
    });
    quote();
  }

  const take = (event, files) => {
    if (!file || !files?.length) return;
    event.preventDefault();
    file.files = files;
    pick();
  };
  file?.addEventListener('change', pick);
  form.addEventListener('paste', event => take(event, event.clipboardData?.files));
  form.addEventListener('dragover', event => { if (file) event.preventDefault(); });
  form.addEventListener('drop', event => take(event, event.dataTransfer?.files));
  form.addEventListener('submit', event => { event.preventDefault(); if (!running && check()) askAll(); });
  form.addEventListener('input', event => { if (event.target !== file) { clearTimeout(timer); timer = setTimeout(quote, 400); } });
  plain.addEventListener('change', () => lanes.forEach(show));
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
  check();
  return () => running?.abort();
}
