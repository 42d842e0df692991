// Drives a gateway's files, batches and stored responses with the openai package as it comes from the registry and
// prints what it saw as one JSON object.
import OpenAI, { toFile } from 'openai';

const [baseURL, apiKey, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const seen = {};

const line = (id, content) => JSON.stringify({
  custom_id: id, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content }] },
});
const lines = ['a', 'b', 'c'].map((id) => line(id, 'What is 12 * 34?')).join('\n');
const file = await client.files.create({ file: await toFile(Buffer.from(lines), 'lines.jsonl'), purpose: 'batch', expires_after: { anchor: 'created_at', seconds: 3600 } });
seen.file = { purpose: file.purpose, bytes: file.bytes === lines.length, lasts: file.expires_at - file.created_at };
seen.content = (await (await client.files.content(file.id)).text()) === lines;
seen.listed = false;
for await (const one of client.files.list({ purpose: 'batch' })) seen.listed ||= one.id === file.id;

let batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { a: 'b' } });
seen.made = { status: batch.status, metadata: batch.metadata };
for (let i = 0; i < 600 && !['completed', 'failed', 'expired', 'cancelled'].includes(batch.status); i++) {
  await new Promise((done) => setTimeout(done, 100));
  batch = await client.batches.retrieve(batch.id);
}
seen.batch = { status: batch.status, counts: batch.request_counts, errors: batch.error_file_id };
const output = await (await client.files.content(batch.output_file_id)).text();
seen.output = output.trim().split('\n').map((text) => JSON.parse(text)).map((one) => ({ id: one.custom_id, status: one.response.status_code, text: one.response.body.choices[0].message.content }));
seen.batches = [];
for await (const one of client.batches.list({ limit: 1 })) seen.batches.push(one.id === batch.id);
const wrong = await client.files.create({ file: await toFile(Buffer.from('{}'), 'wrong.jsonl'), purpose: 'batch' });
let failed = await client.batches.create({ input_file_id: wrong.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
for (let i = 0; i < 600 && failed.status !== 'failed'; i++) {
  await new Promise((done) => setTimeout(done, 100));
  failed = await client.batches.retrieve(failed.id);
}
seen.failed = failed.errors.data[0].line;
seen.deleted = (await client.files.delete(wrong.id)).deleted;

const first = await client.responses.create({ model, input: 'What is 12 * 34?', store: true });
const read = await client.responses.retrieve(first.id);
const next = await client.responses.create({ model, input: 'Sure?', previous_response_id: first.id });
seen.response = { text: read.output_text, same: read.id === first.id, previous: next.previous_response_id === first.id };
seen.items = [];
for await (const item of client.responses.inputItems.list(first.id)) seen.items.push(item.content[0].text);
await client.responses.delete(first.id);

seen.errors = [];
for (const attempt of [
  () => client.responses.retrieve(first.id),
  () => client.files.retrieve('file-none'),
  () => client.batches.cancel(batch.id),
]) {
  try {
    await attempt();
    seen.errors.push(null);
  } catch (error) {
    seen.errors.push({ name: error.constructor.name, status: error.status, code: error.code });
  }
}

console.log(JSON.stringify(seen));
