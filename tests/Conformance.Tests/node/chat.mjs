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

console.log(JSON.stringify(seen));
