// Drives a gateway with the openai package as it comes from the registry and prints what it saw as one JSON object.
import OpenAI from 'openai';

const [baseURL, apiKey, model, only] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: 'user', content: 'What is 12 * 34?' }];
const seen = {};

// A field of the gateway's own, which the package passes on: one miner and no other.
const routing = only ? { routing: { only: [only] } } : {};

seen.models = (await client.models.list()).data.map((model) => model.id);
seen.model = (await client.models.retrieve(model)).id;

const whole = await client.chat.completions.create({ model, messages, ...routing });
seen.whole = { content: whole.choices[0].message.content, finish: whole.choices[0].finish_reason, usage: whole.usage, object: whole.object };

const stream = await client.chat.completions.create({ model, messages, ...routing, stream: true, stream_options: { include_usage: true } });
seen.stream = { content: '', finish: null, usage: null, chunks: 0, usageWithChoices: 0 };
for await (const chunk of stream) {
  seen.stream.chunks++;
  seen.stream.content += chunk.choices[0]?.delta?.content ?? '';
  seen.stream.finish ??= chunk.choices[0]?.finish_reason ?? null;
  if (chunk.usage) {
    seen.stream.usage = chunk.usage;
    seen.stream.usageWithChoices = chunk.choices.length;
  }
}

// The stream helper accumulates by itself and has opinions about the shape of every chunk.
const helper = client.chat.completions.stream({ model, messages, ...routing });
const final = await helper.finalChatCompletion();
seen.helper = { content: final.choices[0].message.content, finish: final.choices[0].finish_reason };

// What the gateway does itself for experts that lack it.
const two = await client.chat.completions.create({ model, messages, ...routing, n: 2 });
seen.choices = two.choices.map((choice) => [choice.index, choice.message.content]);
seen.streamed = ['', ''];
for await (const chunk of await client.chat.completions.create({ model, messages, ...routing, n: 2, stream: true })) {
  for (const choice of chunk.choices) seen.streamed[choice.index] += choice.delta.content ?? '';
}
seen.stopped = (await client.chat.completions.create({ model, messages, ...routing, stop: ['4'] })).choices[0].message.content;

const { data, response } = await client.chat.completions.create({ model, messages, ...routing }).withResponse();
seen.raw = { id: data.id, requestId: response.headers.get('x-request-id'), receipt: response.headers.get('x-gateway-receipt') };

const long = await client.chat.completions.create({ model, messages, ...routing, stream: true });
seen.aborted = 0;
for await (const chunk of long) {
  seen.aborted++;
  long.controller.abort();
}

seen.errors = [];
for (const attempt of [
  () => client.chat.completions.create({ model: 'no-such-model', messages }),
  () => client.chat.completions.create({ model, messages: [] }),
  () => new OpenAI({ baseURL, apiKey: 'gw-wrong', maxRetries: 0 }).models.list(),
]) {
  try {
    await attempt();
    seen.errors.push(null);
  } catch (error) {
    seen.errors.push({ name: error.constructor.name, status: error.status, code: error.code, param: error.param, type: error.type });
  }
}

// Tools and structured output, by the package's own helpers; simulated miners have neither.
if (!only) {
  const multiply = {
    type: 'function',
    function: {
      name: 'multiply', parse: JSON.parse, function: ({ a, b }) => String(a * b),
      parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'], additionalProperties: false },
    },
  };
  const runner = client.chat.completions.runTools({ model, messages, tools: [multiply] });
  seen.tools = { content: await runner.finalContent(), roles: runner.messages.map((message) => message.role), result: runner.messages.find((message) => message.role === 'tool')?.content };
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
  const parsed = await client.chat.completions.parse({
    model, messages, response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema }, $parseRaw: JSON.parse, $brand: 'auto-parseable-response-format' },
  });
  seen.parsed = parsed.choices[0].message.parsed ?? JSON.parse(parsed.choices[0].message.content);
}

console.log(JSON.stringify(seen));
