// Checks a receipt in the browser, with nothing but the published keys: the signature, and that the charge is usage times price.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));

// Members sorted, no blanks, numbers as their own digits: the form that is signed (RFC 8785 with numbers as strings).
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value && typeof value === 'object') {
    return `{${Object.keys(value).sort().map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
  }
  return JSON.stringify(value);
}

// A number keeps its digits: the signed form has them, and no 64-bit amount fits a double.
export const read = text => JSON.parse(text, (_, value, context) => typeof value === 'number' ? context.source : value);

export function charge(receipt) {
  if (receipt.outcome === 'uncollectible') return 0n;
  let pico = 0n;
  for (const { prices, usage } of receipt.lines) {
    if (!prices) continue;
    const [input, cached, output, reasoning] =
      ['input', 'cached', 'output', 'reasoning'].map(kind => BigInt(usage[`${kind}_tokens`]));
    pico += (input - cached) * BigInt(prices.input_pusd) + cached * BigInt(prices.cached_pusd)
      + (output - reasoning) * BigInt(prices.output_pusd) + reasoning * BigInt(prices.reasoning_pusd);
    for (const [price, unit] of [['image_pusd', 'images'], ['audio_ms_pusd', 'audio_ms'], ['character_pusd', 'characters']]) {
      pico += BigInt(prices[price] ?? 0) * BigInt(usage[unit] ?? 0);
    }
    pico += BigInt(prices.request_pusd ?? 0);
  }
  return pico / 1000n;
}

export async function check(text, keys) {
  const receipt = read(text);
  const { signature, ...signed } = receipt;
  const jwk = keys.keys.find(key => key.kid === receipt.kid);
  if (!jwk) return ['kid'];
  const key = await crypto.subtle.importKey('raw', bytes(jwk.x), { name: 'Ed25519' }, false, ['verify']);
  const message = new TextEncoder().encode(`gateway-receipt-v1\n${canonical(signed)}`);
  const problems = [];
  if (!await crypto.subtle.verify('Ed25519', key, bytes(signature), message)) problems.push('signature');
  if (charge(receipt) !== BigInt(receipt.charge_nusd)) problems.push('charge_nusd');
  return problems;
}

export function start(part) {
  const result = part.querySelector('[data-result]');
  const say = (kind, mark, text) => {
    const tag = document.createElement('span');
    tag.className = `tag ${kind}`;
    tag.textContent = `${mark} ${text}`;
    result.replaceChildren(tag);
  };
  (async () => {
    try {
      const keys = await (await fetch(part.dataset.keys)).json();
      const problems = await check(await (await fetch(part.dataset.receipt)).text(), keys);
      if (problems.length) say('bad', '✗', `${part.dataset.wrong} ${problems.join(', ')}`);
      else say('good', '✓', part.dataset.right);
    } catch {
      say('warn', '–', part.dataset.unable);
    }
  })();
}
