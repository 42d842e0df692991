// Asks for an answer, fetches its receipt and checks it with Node's own crypto and nothing of the gateway's code: the
// signature, the charge, and both commitments. Prints what it found as one JSON object.
import { createHash, createPublicKey, verify } from 'node:crypto';

const [baseURL, apiKey, model] = process.argv.slice(2);
const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
const base = baseURL.replace(/\/$/, '');

// Sorted keys, no blanks, every number as its decimal text: what the signature covers.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object') {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  return typeof value === 'number' ? JSON.stringify(String(value)) : JSON.stringify(value);
};

const signed = (receipt) => {
  const { signature, ...rest } = receipt;
  return Buffer.from('gateway-receipt-v1\n' + canonical(rest));
};

const commit = (salt, bytes) => createHash('sha256').update(Buffer.from(salt, 'hex')).update(bytes).digest('hex');

const check = async (stream) => {
  const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'What is the capital of Peru?' }] });
  const answer = await fetch(`${base}/chat/completions`, { method: 'POST', headers, body });
  const text = await answer.text();
  const id = answer.headers.get('x-gateway-receipt');
  const salt = answer.headers.get('x-receipt-salt');
  const receipt = await (await fetch(`${base}/receipts/${id}`, { headers })).json();
  const again = await (await fetch(`${base}/receipts/${id}`, { headers })).json();
  const { keys } = await (await fetch(`${new URL(base).origin}/.well-known/gateway-receipt-keys.json`)).json();
  const key = createPublicKey({ key: keys.find((one) => one.kid === receipt.kid), format: 'jwk' });
  const signature = Buffer.from(receipt.signature, 'base64url');
  const holds = (one) => verify(null, signed(one), key, signature);

  const line = receipt.lines[0];
  const charge = (BigInt(line.usage.input_tokens - line.usage.cached_tokens) * BigInt(line.prices.input_pusd)
    + BigInt(line.usage.cached_tokens) * BigInt(line.prices.cached_pusd)
    + BigInt(line.usage.output_tokens - line.usage.reasoning_tokens) * BigInt(line.prices.output_pusd)
    + BigInt(line.usage.reasoning_tokens) * BigInt(line.prices.reasoning_pusd)) / 1000n;

  // Of a stream, what was sent before the usage frame.
  const committed = stream ? text.slice(0, text.lastIndexOf('data: {', text.lastIndexOf('"usage"'))) : text;
  return {
    id: receipt.id === id,
    signature: holds(receipt),
    stable: JSON.stringify(receipt) === JSON.stringify(again),
    tampered: Object.keys(receipt).filter((name) => name !== 'signature')
      .filter((name) => holds({ ...receipt, [name]: typeof receipt[name] === 'number' ? receipt[name] + 1 : 'x' })),
    charge: charge === BigInt(receipt.charge_nusd),
    request: commit(salt, body) === receipt.request_commit,
    response: commit(salt, committed) === receipt.response_commit,
  };
};

console.log(JSON.stringify({ whole: await check(false), stream: await check(true) }));
