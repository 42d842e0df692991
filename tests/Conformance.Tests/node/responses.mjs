// Drives a gateway's responses and completions with the openai package as it comes from the registry and prints what it
// saw as one JSON object.
import OpenAI from 'openai';

const [baseURL, apiKey, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const ask = { model, input: 'What is 12 * 34?' };
const tools = [{ type: 'function', name: 'multiply', parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } }, strict: false }];
const seen = {};

const whole = await client.responses.create({ ...ask, instructions: 'Be brief.', max_output_tokens: 100, metadata: { a: 'b' } });
seen.whole = { text: whole.output_text, status: whole.status, usage: whole.usage, metadata: whole.metadata };

seen.events = [];
seen.numbers = [];
for await (const event of await client.responses.create({ ...ask, stream: true })) {
  seen.events.push(event.type);
  seen.numbers.push(event.sequence_number);
}

const final = await client.responses.stream(ask).finalResponse();
seen.helper = { text: final.output_text, status: final.status, usage: final.usage };

const loop = async (send) => {
  const called = await send({ ...ask, tools });
  const call = called.output.find((item) => item.type === 'function_call');
  const { a, b } = JSON.parse(call.arguments);
  const answered = await send({ ...ask, tools, input: [
    { role: 'user', content: ask.input },
    ...called.output,
    { type: 'function_call_output', call_id: call.call_id, output: String(a * b) },
  ] });
  return { name: call.name, product: a * b, text: answered.output_text };
};
seen.tools = await loop((body) => client.responses.create(body));
seen.toolsStreamed = await loop((body) => client.responses.stream(body).finalResponse());

seen.count = await client.responses.inputTokens.count({ model, input: ask.input });

const text = await client.completions.create({ model, prompt: 'What is 12 * 34?', max_tokens: 100 });
seen.completion = { text: text.choices[0].text, finish: text.choices[0].finish_reason, usage: text.usage };
seen.completionStream = { text: '', finish: null, usage: null };
for await (const chunk of await client.completions.create({ model, prompt: 'x', max_tokens: 100, stream: true, stream_options: { include_usage: true } })) {
  seen.completionStream.text += chunk.choices[0]?.text ?? '';
  seen.completionStream.finish ??= chunk.choices[0]?.finish_reason ?? null;
  seen.completionStream.usage ??= chunk.usage ?? null;
}
const several = await client.completions.create({ model, prompt: ['What is 12 * 34?', 'x'], max_tokens: 100, n: 2 });
seen.completionPrompts = { indexes: several.choices.map((choice) => choice.index), texts: several.choices.map((choice) => choice.text), usage: several.usage };
seen.completionPromptsStream = {};
for await (const chunk of await client.completions.create({ model, prompt: ['x', 'y', 'z'], max_tokens: 100, stream: true, echo: true })) {
  for (const choice of chunk.usage ? [] : chunk.choices) {
    seen.completionPromptsStream[choice.index] = (seen.completionPromptsStream[choice.index] ?? '') + choice.text;
  }
}

seen.errors = [];
for (const attempt of [
  () => client.responses.create({ ...ask, model: 'no-such-model' }),
  () => client.responses.create({ ...ask, previous_response_id: 'resp_1' }),
  () => client.responses.retrieve('resp_1'),
  () => client.completions.create({ model, prompt: 'x', suffix: 'y' }),
]) {
  try {
    await attempt();
    seen.errors.push(null);
  } catch (error) {
    seen.errors.push({ name: error.constructor.name, status: error.status, code: error.code, param: error.param });
  }
}

console.log(JSON.stringify(seen));
