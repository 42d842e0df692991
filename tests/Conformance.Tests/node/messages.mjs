// Drives a gateway with the @anthropic-ai/sdk package as it comes from the registry and prints what it saw as one JSON
// object.
import Anthropic from '@anthropic-ai/sdk';

const [base, apiKey, model] = process.argv.slice(2);
const baseURL = base.replace(/\/v1\/?$/, '');
const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });
const ask = { model, max_tokens: 100, messages: [{ role: 'user', content: 'What is 12 * 34?' }] };
const tools = [{ name: 'multiply', description: 'Multiplies.', input_schema: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } } }];
const seen = {};

const textOf = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

const whole = await client.messages.create({ ...ask, system: 'Be brief.', temperature: 0.5, stop_sequences: ['END'], metadata: { user_id: 'someone' } });
seen.whole = { text: textOf(whole), stop: whole.stop_reason, type: whole.type, usage: whole.usage, requestId: whole._request_id };

const events = [];
for await (const event of await client.messages.create({ ...ask, stream: true })) events.push(event.type);
seen.events = events;

// The stream helper accumulates by itself and has opinions about the order of events.
const helper = client.messages.stream(ask);
let heard = '';
helper.on('text', (text) => { heard += text; });
const final = await helper.finalMessage();
seen.helper = { text: textOf(final), heard, stop: final.stop_reason, usage: final.usage };

// A loop of one tool: the call, its result, the answer.
const loop = async (send) => {
  const called = await send({ ...ask, tools });
  const call = called.content.find((block) => block.type === 'tool_use');
  const answered = await send({ ...ask, tools, messages: [
    ...ask.messages,
    { role: 'assistant', content: called.content },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: String(call.input.a * call.input.b) }] },
  ] });
  return { stop: called.stop_reason, input: call.input, text: textOf(answered) };
};
seen.tools = await loop((body) => client.messages.create(body));
seen.toolsStreamed = await loop((body) => client.messages.stream(body).finalMessage());

seen.count = (await client.messages.countTokens({ model, messages: ask.messages, tools })).input_tokens;

const old = new Anthropic({ baseURL, apiKey: null, authToken: null, maxRetries: 0, defaultHeaders: { 'x-api-key': apiKey, Authorization: null } });
seen.keyHeader = textOf(await old.messages.create(ask));

const long = client.messages.stream(ask);
seen.aborted = 0;
try {
  for await (const event of long) {
    seen.aborted++;
    long.abort();
  }
} catch (error) {
  seen.abortedAs = error.constructor.name;
}

seen.errors = [];
for (const attempt of [
  () => client.messages.create({ ...ask, model: 'no-such-model' }),
  () => client.messages.create({ ...ask, messages: [] }),
  () => client.messages.create({ ...ask, mcp_servers: [] }),
  () => new Anthropic({ baseURL, apiKey: 'gw-wrong', maxRetries: 0 }).messages.create(ask),
]) {
  try {
    await attempt();
    seen.errors.push(null);
  } catch (error) {
    seen.errors.push({ name: error.constructor.name, status: error.status, type: error.error?.error?.type, code: error.error?.error?.code, hasId: Boolean(error.requestID) });
  }
}

console.log(JSON.stringify(seen));
