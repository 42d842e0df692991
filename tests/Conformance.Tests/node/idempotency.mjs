// Repeats requests under one idempotency key with the openai package as it comes from the registry.
import OpenAI from 'openai';

const [baseURL, apiKey, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: 'user', content: 'What is 12 * 34?' }];
const seen = {};

// The package sends its idempotencyKey option only when the client names a header for it, which OpenAI's does not by
// default; with the name set it also makes a key for every call that has none, the same one for all its retries.
client.idempotencyHeader = 'Idempotency-Key';

async function ask(idempotencyKey, body = {}) {
  try {
    const { data, response } = await client.chat.completions
      .create({ model, messages, ...body }, { idempotencyKey }).withResponse();
    if (body.stream) {
      for await (const chunk of data) void chunk;
    }
    return {
      status: response.status, id: data.id, body: JSON.stringify(data),
      receipt: response.headers.get('x-gateway-receipt'), replayed: response.headers.get('idempotent-replayed'),
    };
  } catch (error) {
    return { status: error.status, name: error.constructor.name, code: error.code, details: error.error?.details };
  }
}

const spent = async () => (await client.get('/key')).data.usage_nusd;

const key = `node-${process.pid}-${Date.now()}`;
const before = await spent();
seen.first = await ask(key);
seen.charge = await spent() - before;
seen.again = await ask(key);
seen.other = await ask(key, { messages: [{ role: 'user', content: 'Something else' }] });
seen.stream = await ask(`${key}-stream`, { stream: true });
seen.streamAgain = await ask(`${key}-stream`, { stream: true });
seen.total = await spent() - before;

// With retries on, ten calls at once: the package waits out 409 by itself and all get the one answer.
const patient = new OpenAI({ baseURL, apiKey, maxRetries: 5 });
patient.idempotencyHeader = 'Idempotency-Key';
const ten = await Promise.all(Array.from({ length: 10 }, () =>
  patient.chat.completions.create({ model, messages }, { idempotencyKey: `${key}-ten` })));
seen.ten = new Set(ten.map((answer) => JSON.stringify(answer))).size;
seen.tenTotal = await spent() - before - seen.total;

// Keys that the package makes are different ones.
const [one, two] = [await client.chat.completions.create({ model, messages }), await client.chat.completions.create({ model, messages })];
seen.made = one.id !== two.id;

console.log(JSON.stringify(seen));
