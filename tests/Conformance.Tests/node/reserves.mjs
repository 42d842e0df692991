// Fetches an organisation's proof of reserves and checks it with Node's own crypto and nothing of the gateway's code:
// the leaf from its parts, the way to the root with both sums hashed, the root's signature, and that the same root is
// published to everybody. Then tries changed documents. Prints what it found as one JSON object.
import { createHash, createPublicKey, verify } from 'node:crypto';

const [baseURL, , adminKey] = process.argv.slice(2);
const headers = { authorization: `Bearer ${adminKey}` };
const base = baseURL.replace(/\/$/, '');
const origin = new URL(base).origin;

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const hex = (text) => Buffer.from(text, 'hex');

// Eight bytes, big endian, zero to 2^63 - 1: a negative or an overflowing sum must stop the check.
const sum = (value) => {
  if (value < 0n || value >= 1n << 63n) throw new RangeError('a sum is out of range');
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object') {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  return typeof value === 'number' ? JSON.stringify(String(value)) : JSON.stringify(value);
};

const holds = (proof, key) => {
  try {
    const leaf = sha256(Buffer.from([0]), hex(proof.salt), hex(proof.org.slice('org_'.length)), sum(BigInt(proof.rao)));
    let node = { hash: leaf, sum: BigInt(proof.rao) };
    for (const step of proof.path) {
      const sibling = { hash: hex(step.hash), sum: BigInt(step.sum_rao) };
      const [left, right] = step.side === 'left' ? [sibling, node] : [node, sibling];
      node = {
        hash: sha256(Buffer.from([1]), left.hash, sum(left.sum), right.hash, sum(right.sum)),
        sum: left.sum + right.sum,
      };
      sum(node.sum);
    }

    const { signature, ...rest } = proof.reserves;
    return leaf.toString('hex') === proof.leaf
      && proof.path.length === proof.reserves.depth
      && proof.day === proof.reserves.day
      && node.hash.toString('hex') === proof.reserves.root
      && node.sum === BigInt(proof.reserves.total_rao)
      && verify(null, Buffer.from('gateway-reserves-v1\n' + canonical(rest)), key, Buffer.from(signature, 'base64url'));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

const fetchProof = async () => {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${base}/organization/reserves`, { headers });
    if (answer.ok) return answer.json();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('nothing is published');
};

const proof = await fetchProof();
const published = await (await fetch(`${origin}/.well-known/gateway-reserves.json`)).json();
const { keys } = await (await fetch(`${origin}/.well-known/gateway-receipt-keys.json`)).json();
const key = createPublicKey({ key: keys.find((one) => one.kid === proof.reserves.kid), format: 'jwk' });

const changes = {
  rao: (one) => { one.rao += 1; },
  salt: (one) => { one.salt = one.salt.replace(/^./, (c) => (c === '0' ? '1' : '0')); },
  hash: (one) => { one.path[0].hash = one.path[0].hash.replace(/^./, (c) => (c === '0' ? '1' : '0')); },
  sum: (one) => { one.path[1].sum_rao += 1; },
  moved: (one) => { one.rao += 1; one.path[0].sum_rao -= 1; },
  negative: (one) => { one.path[0].sum_rao = -1; },
  side: (one) => { one.path[0].side = one.path[0].side === 'left' ? 'right' : 'left'; },
  order: (one) => { one.path.reverse(); },
  total: (one) => { one.reserves.total_rao += 1; },
  assets: (one) => { one.reserves.assets_rao += 1; },
};

console.log(JSON.stringify({
  holds: holds(proof, key),
  depth: proof.path.length,
  rao: proof.rao,
  total: proof.reserves.total_rao,
  isPublished: published.reserves.some((one) => canonical(one) === canonical(proof.reserves)),
  unnoticed: Object.keys(changes).filter((name) => {
    const changed = structuredClone(proof);
    changes[name](changed);
    return holds(changed, key);
  }),
}));
