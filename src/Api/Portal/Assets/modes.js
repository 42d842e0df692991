// What each mode of the playground sends, and how its answers are read.
const text = (fields, name) => (fields.get(name) ?? '').trim();
const lines = (fields, name) => text(fields, name).split('\n').map(line => line.trim()).filter(Boolean);

function json(fields, name) {
  try { return JSON.parse(text(fields, name)); } catch { throw new Error(name); }
}

function messages(fields, picture) {
  const prompt = text(fields, 'prompt');
  const list = [{ role: 'user', content: picture ? [{ type: 'text', text: prompt }, { type: 'image_url', image_url: { url: picture } }] : prompt }];
  if (text(fields, 'system')) list.unshift({ role: 'system', content: text(fields, 'system') });
  return list;
}

const makers = {
  chat: (fields, picture) => ({
    messages: messages(fields, picture), ...number(fields, 'max_tokens'),
    ...(text(fields, 'strategy') ? { routing: { strategy: text(fields, 'strategy') } } : {}),
    ...(text(fields, 'tools') ? { tools: json(fields, 'tools') } : {}),
    ...(text(fields, 'schema') ? { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: json(fields, 'schema') } } } : {}),
  }),
  responses: fields => ({
    input: text(fields, 'prompt'), ...(text(fields, 'system') ? { instructions: text(fields, 'system') } : {}),
    ...number(fields, 'max_tokens', 'max_output_tokens'), store: false,
  }),
  embeddings: fields => ({ input: lines(fields, 'prompt') }),
  rerank: fields => ({ query: text(fields, 'prompt'), documents: lines(fields, 'documents') }),
  moderation: fields => ({ input: text(fields, 'prompt') }),
  image: fields => ({ prompt: text(fields, 'prompt'), ...some(fields, 'size') }),
  speech: fields => ({ input: text(fields, 'prompt'), ...some(fields, 'voice') }),
  transcription: fields => some(fields, 'language'),
  translation: () => ({}),
  forecast: fields => ({ series: [{ id: 'series', start: text(fields, 'start'), step: text(fields, 'step'), values: series(fields) }], ...number(fields, 'horizon') }),
};

const some = (fields, name) => (text(fields, name) ? { [name]: text(fields, name) } : {});
const number = (fields, name, as = name) => (text(fields, name) ? { [as]: Number(text(fields, name)) } : {});
const cap = fields => number(fields, 'max_cost');

function series(fields) {
  const values = text(fields, 'prompt').split(/[\s,;]+/).filter(Boolean).map(Number);
  if (!values.every(Number.isFinite)) throw new Error('prompt');
  return values;
}

export function requests(mode, fields, picture) {
  if (mode !== 'compare') return [{ model: text(fields, 'model'), ...makers[mode](fields, picture), ...cap(fields) }];
  return [1, 2, 3].map(lane => text(fields, `target-${lane}`)).filter(Boolean).map(target => ({
    ...JSON.parse(target), messages: messages(fields), ...number(fields, 'max_tokens'), ...cap(fields),
  }));
}

export async function* events(stream) {
  let rest = '';
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop();
    for (const frame of frames) {
      const data = frame.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice(6)).join('\n');
      if (data && data !== '[DONE]') yield JSON.parse(data);
    }
  }
}

const short = value => String(Math.round(value * 1e4) / 1e4);
const vector = numbers => `[${numbers.slice(0, 8).map(short).join(', ')}${numbers.length > 8 ? `, … ${numbers.length}` : ''}]`;
const scores = result => Object.entries(result.category_scores).sort((a, b) => b[1] - a[1]).map(([name, score]) => `${name}: ${short(score)}`).join(', ');

export const readers = {
  // A tool's call has no text: what it is called with is shown instead.
  piece: event => event.choices?.[0]?.delta?.content ?? event.choices?.[0]?.delta?.tool_calls?.map(call => call.function?.arguments ?? '').join('')
    ?? (event.type === 'response.output_text.delta' ? event.delta : ''),
  async whole(answered, place) {
    if (answered.headers.get('content-type').startsWith('audio/')) {
      const sound = document.createElement('audio');
      sound.controls = true;
      sound.src = URL.createObjectURL(await answered.blob());
      place.replaceChildren(sound);
      const paid = answered.headers.get('x-gateway-cost');
      return { text: '', usage: paid ? { cost_nusd: paid * 1e9 } : null };
    }
    const body = await answered.json();
    const usage = body.usage ?? null;
    const pictures = body.data?.filter(one => one.b64_json) ?? [];
    if (pictures.length) {
      place.replaceChildren(...pictures.map(one => Object.assign(document.createElement('img'), { src: `data:image/${body.output_format ?? 'png'};base64,${one.b64_json}`, alt: '' })));
      return { text: '', usage };
    }
    const told = body.text ?? body.results?.map(one => (one.category_scores ? scores(one) : `${one.index + 1}. ${short(one.relevance_score)}`)).join('\n')
      ?? body.data?.map(one => (one.embedding ? vector(one.embedding) : (one.points ?? []).map(short).join(', '))).join('\n') ?? JSON.stringify(body);
    return { text: told, usage };
  },
};
