// Tries fields of every endpoint with the unmodified packages and prints what became of each as one JSON array.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const [baseURL, apiKey, model] = process.argv.slice(2);
const openai = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: baseURL.replace(/\/v1\/?$/, ''), apiKey, maxRetries: 0 });

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const say = (content) => [{ role: 'user', content }];
const chatTool = { type: 'function', function: { name: 'look', parameters: schema } };

const chat = {
  endpoint: 'POST /v1/chat/completions', client: 'openai', least: { model, messages: say('x') },
  send: (body) => openai.chat.completions.create(body),
  fields: {
    model: {}, temperature: { temperature: 0.5 }, top_p: { top_p: 0.5 }, max_tokens: { max_tokens: 50 },
    max_completion_tokens: { max_completion_tokens: 50 }, frequency_penalty: { frequency_penalty: 1 },
    presence_penalty: { presence_penalty: 1 }, seed: { seed: 1 }, stop: { stop: ['END'] }, n: { n: 2 }, logprobs: { logprobs: true, top_logprobs: 2 }, logit_bias: { logit_bias: { 50: 1 } },
    stream_options: { stream: true, stream_options: { include_usage: true } },
    tools: { messages: [...say('x'), { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'c', content: 'y' }], tools: [chatTool] },
    parallel_tool_calls: { parallel_tool_calls: false }, tool_choice: { tool_choice: 'none' },
    'tools of type custom': { tools: [{ type: 'custom', custom: { name: 'x' } }] },
    'response_format json_object': { response_format: { type: 'json_object' } },
    'response_format json_schema': { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema } } },
    reasoning_effort: { reasoning_effort: 'low' }, 'image as data': { messages: say([{ type: 'text', text: 'x' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }]) },
    'image by an address inside': { messages: say([{ type: 'image_url', image_url: { url: 'https://127.0.0.1/a.png' } }]) },
    'file part': { messages: say([{ type: 'file', file: { file_id: 'f' } }]) },
    user: { user: 'someone' }, safety_identifier: { safety_identifier: 'someone' }, metadata: { metadata: { a: 'b' } }, store: { store: true },
    service_tier: { service_tier: 'auto' }, verbosity: { verbosity: 'low' }, prompt_cache_key: { prompt_cache_key: 'k' },
    prediction: { prediction: { type: 'content', content: 'x' } }, audio: { audio: { voice: 'alloy', format: 'wav' } },
    web_search_options: { web_search_options: {} }, 'max_cost (ours)': { max_cost: 1 }, 'routing (ours)': { routing: { strategy: 'cheapest' } },
    'a field nobody knows': { strange: 1 },
  },
};

const completions = {
  endpoint: 'POST /v1/completions', client: 'openai', least: { model, prompt: 'x', max_tokens: 50 },
  send: (body) => openai.completions.create(body),
  fields: {
    model: {}, 'prompt as an array of one': { prompt: ['x'] }, 'prompt of several': { prompt: ['x', 'y'] }, 'prompt as tokens': { prompt: [1, 2] },
    echo: { echo: true }, suffix: { suffix: 'y' }, best_of: { best_of: 1 }, 'best_of above n': { best_of: 2 }, temperature: { temperature: 0.5 },
    top_p: { top_p: 0.5 }, frequency_penalty: { frequency_penalty: 1 }, presence_penalty: { presence_penalty: 1 }, seed: { seed: 1 },
    stop: { stop: 'END' }, logit_bias: { logit_bias: { 50: 1 } }, logprobs: { logprobs: 2 }, user: { user: 'someone' },
    'max_cost (ours)': { max_cost: 1 }, 'routing (ours)': { routing: { strategy: 'cheapest' } }, 'a field nobody knows': { strange: 1 },
  },
};

const tool = { type: 'function', name: 'look', parameters: schema, strict: true };
const responses = {
  endpoint: 'POST /v1/responses', client: 'openai', least: { model, input: 'x' },
  send: (body) => openai.responses.create(body),
  fields: {
    model: {}, 'input of items': { input: [{ role: 'user', content: [{ type: 'input_text', text: 'x' }] }] }, instructions: { instructions: 'Be brief.' },
    max_output_tokens: { max_output_tokens: 50 }, temperature: { temperature: 0.5 }, top_p: { top_p: 0.5 }, top_logprobs: { top_logprobs: 2 },
    'include logprobs': { include: ['message.output_text.logprobs'] }, 'include encrypted reasoning': { include: ['reasoning.encrypted_content'] }, 'include of files': { include: ['file_search_call.results'] },
    tools: { tools: [tool], input: [{ role: 'user', content: 'x' }, { type: 'function_call', call_id: 'c', name: 'look', arguments: '{}' }, { type: 'function_call_output', call_id: 'c', output: 'y' }] },
    'tools of a server': { tools: [{ type: 'web_search' }] }, tool_choice: { tool_choice: 'none' }, parallel_tool_calls: { parallel_tool_calls: false },
    'text.format json_schema': { text: { format: { type: 'json_schema', name: 'n', strict: true, schema } } }, 'text.verbosity': { text: { verbosity: 'low' } },
    'reasoning.effort': { reasoning: { effort: 'low' } }, 'reasoning.summary': { reasoning: { summary: 'auto' } },
    'image as data': { input: [{ role: 'user', content: [{ type: 'input_text', text: 'x' }, { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${picture}` }] }] },
    'file part': { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] },
    metadata: { metadata: { a: 'b' } }, user: { user: 'someone' }, store: { store: true }, 'store: false': { store: false }, truncation: { truncation: 'auto' },
    previous_response_id: { previous_response_id: 'resp_1' }, conversation: { conversation: 'c' }, background: { background: true }, prompt: { prompt: { id: 'p' } },
    service_tier: { service_tier: 'auto' }, prompt_cache_key: { prompt_cache_key: 'k' }, max_tool_calls: { max_tool_calls: 1 },
    'max_cost (ours)': { max_cost: 1 }, 'routing (ours)': { routing: { strategy: 'cheapest' } }, 'a field nobody knows': { strange: 1 },
  },
};

const block = (value) => ({ messages: say([{ type: 'text', text: 'x' }, value]) });
const messages = {
  endpoint: 'POST /v1/messages', client: '@anthropic-ai/sdk', least: { model, max_tokens: 50, messages: say('x') },
  send: (body) => anthropic.messages.create(body),
  fields: {
    model: {}, system: { system: 'Be brief.' }, 'system of blocks': { system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
    temperature: { temperature: 0.5 }, top_p: { top_p: 0.5 }, top_k: { top_k: 5 }, stop_sequences: { stop_sequences: ['END'] },
    tools: { tools: [{ name: 'look', input_schema: schema }], messages: [...say('x'), { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'look', input: {} }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'y' }] }] },
    'tools of a server': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, tool_choice: { tool_choice: { type: 'none' } },
    thinking: { thinking: { type: 'enabled', budget_tokens: 1024 } }, 'thinking adaptive': { thinking: { type: 'adaptive' } },
    'output_config.effort': { output_config: { effort: 'low' } }, 'output_config.format': { output_config: { format: { type: 'json_schema', schema } } },
    'image as data': block({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } }),
    'image by an address inside': block({ type: 'image', source: { type: 'url', url: 'https://127.0.0.1/a.png' } }), document: block({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }),
    'an answer to be continued': { messages: [...say('x'), { role: 'assistant', content: 'It' }] },
    metadata: { metadata: { user_id: 'someone' } }, cache_control: { cache_control: { type: 'ephemeral' } }, service_tier: { service_tier: 'auto' },
    container: { container: 'c' }, inference_geo: { inference_geo: 'us' },
    'max_cost (ours)': { max_cost: 1 }, 'routing (ours)': { routing: { strategy: 'cheapest' } }, 'a field nobody knows': { strange: 1 },
  },
};

const wave = (() => {
  const file = Buffer.alloc(44 + 16000);
  file.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1');
  file.writeUInt32LE(16, 16); file.writeUInt16LE(1, 20); file.writeUInt16LE(1, 22); file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16000, 28); file.writeUInt16LE(2, 32); file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1'); file.writeUInt32LE(16000, 40);
  return file;
})();
const sound = () => new File([wave], 'sound.wav', { type: 'audio/wav' });
const image = () => new File([Buffer.from(picture, 'base64')], 'image.png', { type: 'image/png' });
const ours = { user: { user: 'someone' }, 'max_cost (ours)': { max_cost: 1 }, 'routing (ours)': { routing: { fallback: false } }, 'a field nobody knows': { strange: 1 } };

const embeddings = {
  endpoint: 'POST /v1/embeddings', client: 'openai', least: { model: 'embeddings', input: 'x' }, whole: true,
  send: (body) => openai.embeddings.create(body),
  fields: {
    model: {}, 'input of several': { input: ['x', 'y'] }, 'input as tokens': { input: [1, 2] }, dimensions: { dimensions: 2 },
    'encoding_format base64': { encoding_format: 'base64' }, 'encoding_format float': { encoding_format: 'float' }, ...ours,
  },
};

const moderations = {
  endpoint: 'POST /v1/moderations', client: 'openai', least: { model: 'moderation', input: 'x' }, whole: true,
  send: (body) => openai.moderations.create(body),
  fields: {
    model: {}, 'input of several': { input: ['x', 'y'] },
    'input of parts': { input: [{ type: 'text', text: 'x' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }] },
    'image by an address inside': { input: [{ type: 'image_url', image_url: { url: 'https://127.0.0.1/a.png' } }] }, ...ours,
  },
};

const images = {
  endpoint: 'POST /v1/images/generations', client: 'openai', least: { model: 'images', prompt: 'x' },
  send: (body) => openai.images.generate(body),
  fields: {
    model: {}, n: { n: 2 }, size: { size: '1024x1024' }, quality: { quality: 'high' }, background: { background: 'opaque' }, style: { style: 'vivid' },
    moderation: { moderation: 'low' }, output_format: { output_format: 'webp' }, output_compression: { output_compression: 50 },
    'response_format url': { response_format: 'url' }, 'response_format b64_json': { response_format: 'b64_json' }, partial_images: { partial_images: 1 }, ...ours,
  },
};

const edits = {
  endpoint: 'POST /v1/images/edits', client: 'openai', least: { model: 'images', prompt: 'x' },
  send: (body) => openai.images.edit({ image: image(), ...body }),
  fields: {
    model: {}, 'image of several': { image: [image(), image()] }, mask: { mask: image() }, n: { n: 2 }, size: { size: '1024x1024' }, quality: { quality: 'high' },
    background: { background: 'opaque' }, input_fidelity: { input_fidelity: 'high' }, output_format: { output_format: 'webp' },
    output_compression: { output_compression: 50 }, response_format: { response_format: 'b64_json' }, partial_images: { partial_images: 1 },
    user: { user: 'someone' }, 'max_cost (ours)': { max_cost: '1' }, 'a field nobody knows': { strange: 'x' },
  },
};

const speech = {
  endpoint: 'POST /v1/audio/speech', client: 'openai', least: { model: 'speech', input: 'x', voice: 'alloy' }, whole: true,
  send: (body) => openai.audio.speech.create(body),
  fields: {
    model: {}, instructions: { instructions: 'Cheerful.' }, speed: { speed: 1.5 }, 'stream_format sse': { stream_format: 'sse' },
    ...Object.fromEntries(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'].map((format) => [`response_format ${format}`, { response_format: format }])), ...ours,
  },
};

const transcriptions = {
  endpoint: 'POST /v1/audio/transcriptions', client: 'openai', least: { model: 'transcription' },
  send: (body) => openai.audio.transcriptions.create({ file: sound(), ...body }),
  fields: {
    model: {}, language: { language: 'en' }, prompt: { prompt: 'x' }, temperature: { temperature: 0.5 },
    ...Object.fromEntries(['json', 'text', 'srt', 'vtt', 'verbose_json'].map((format) => [`response_format ${format}`, { response_format: format }])),
    'timestamp_granularities with verbose_json': { response_format: 'verbose_json', timestamp_granularities: ['word', 'segment'] },
    'timestamp_granularities with json': { timestamp_granularities: ['word'] }, 'chunking_strategy auto': { chunking_strategy: 'auto' },
    include: { include: ['logprobs'] }, known_speaker_names: { known_speaker_names: ['Ann'] },
    user: { user: 'someone' }, 'max_cost (ours)': { max_cost: '1' }, 'a field nobody knows': { strange: 'x' },
  },
};

const translations = {
  endpoint: 'POST /v1/audio/translations', client: 'openai', least: { model: 'transcription' }, whole: true,
  send: (body) => openai.audio.translations.create({ file: sound(), ...body }),
  fields: {
    model: {}, prompt: { prompt: 'x' }, temperature: { temperature: 0.5 },
    ...Object.fromEntries(['json', 'text', 'srt', 'vtt', 'verbose_json'].map((format) => [`response_format ${format}`, { response_format: format }])),
    language: { language: 'en' }, 'max_cost (ours)': { max_cost: '1' }, 'a field nobody knows': { strange: 'x' },
  },
};

const nameOf = (field) => field.split(/[ .:]/)[0];
const codeOf = (error) => error.code ?? error.error?.error?.code;

async function outcomeOf(suite, field, extra, stream) {
  if (!stream && extra.stream) return 'streams only';
  try {
    const { data, response } = await suite.send({ ...suite.least, ...extra, ...(stream ? { stream: true } : {}) }).withResponse();
    if (stream) {
      let last = null;
      for await (const event of data) last = event;
      if (last === null) return 'an empty stream';
    }
    const told = (header) => (response.headers.get(header) ?? '').split(', ');
    const name = field === 'a field nobody knows' ? 'strange' : nameOf(field);
    const parts = [name, ...field.split(/[ .]/)];
    if (parts.some((part) => told('x-gateway-ignored').includes(part))) return 'no effect, told';
    if (parts.some((part) => told('x-gateway-unverified').includes(part))) return 'passed on, told';
    return 'passed';
  } catch (error) {
    return error.status ? `${error.status} ${codeOf(error)}` : `${error.constructor.name}: ${error.message}`;
  }
}

const seen = [];
for (const suite of [chat, completions, responses, messages, embeddings, moderations, images, edits, speech, transcriptions, translations]) {
  for (const [field, extra] of Object.entries(suite.fields)) {
    seen.push({
      endpoint: suite.endpoint, client: suite.client, field,
      whole: await outcomeOf(suite, field, extra, false), stream: suite.whole ? '-' : await outcomeOf(suite, field, extra, true),
    });
  }
}

const plain = async (endpoint, client, send) => {
  let whole = 'passed';
  try {
    await send();
  } catch (error) {
    whole = error.status ? `${error.status} ${codeOf(error)}` : `${error.constructor.name}: ${error.message}`;
  }
  seen.push({ endpoint, client, field: 'as it is', whole, stream: '-' });
};
await plain('POST /v1/responses/input_tokens', 'openai', () => openai.responses.inputTokens.count({ model, input: 'x' }));
await plain('POST /v1/messages/count_tokens', '@anthropic-ai/sdk', () => anthropic.messages.countTokens({ model, messages: say('x') }));
await plain('GET /v1/models', 'openai', () => openai.models.list());
await plain('GET /v1/models/{id}', 'openai', () => openai.models.retrieve(model));
await plain('GET /v1/responses/{id}', 'openai', () => openai.responses.retrieve('resp_1'));
await plain('GET /v1/files', 'openai', () => openai.files.list());
await plain('GET /v1/batches', 'openai', () => openai.batches.list());

console.log(JSON.stringify(seen));
