// Asks the endpoints that are no chat with the unmodified package and prints what it saw as JSON.
import OpenAI from 'openai';

const [baseURL, apiKey] = process.argv.slice(2);
const openai = new OpenAI({ baseURL, apiKey, maxRetries: 0 });

const wave = Buffer.alloc(44 + 16000);
wave.write('RIFF\0\0\0\0WAVEfmt ', 0, 'latin1');
wave.writeUInt32LE(16, 16); wave.writeUInt16LE(1, 20); wave.writeUInt16LE(1, 22); wave.writeUInt32LE(8000, 24);
wave.writeUInt32LE(16000, 28); wave.writeUInt16LE(2, 32); wave.writeUInt16LE(16, 34);
wave.write('data', 36, 'latin1'); wave.writeUInt32LE(16000, 40);
const sound = () => new File([wave], 'sound.wav');
const model = 'transcription';

const vector = await openai.embeddings.create({ model: 'embeddings', input: 'x' });
const judged = await openai.moderations.create({ model: 'moderation', input: 'x' });
const drawn = await openai.images.generate({ model: 'images', prompt: 'x' });
const spoken = await openai.audio.speech.create({ model: 'speech', input: 'hello', voice: 'alloy' }).withResponse();
const heard = await openai.audio.transcriptions.create({ model, file: sound() });
const subtitles = await openai.audio.transcriptions.create({ model, file: sound(), response_format: 'srt' });

const events = [];
for await (const event of await openai.audio.transcriptions.create({ model, file: sound(), stream: true })) events.push(event);

const refused = await openai.images.generate({ model: 'images', prompt: 'x', n: 11 }).catch((error) => error);

console.log(JSON.stringify({
  vector: vector.data[0].embedding,
  flagged: judged.results[0].flagged, violence: judged.results[0].category_scores.violence,
  image: Buffer.from(drawn.data[0].b64_json, 'base64').subarray(1, 4).toString(), imageCost: drawn.usage.cost_nusd,
  sound: (await spoken.data.arrayBuffer()).byteLength, type: spoken.response.headers.get('content-type'),
  soundCost: spoken.response.headers.get('x-gateway-cost'),
  heard: heard.text, seconds: heard.usage.seconds, subtitles,
  streamed: events.filter((event) => event.type === 'transcript.text.delta').map((event) => event.delta).join(''),
  last: events.at(-1).type, cost: events.at(-1).usage.cost_nusd,
  refused: [refused.constructor.name, refused.status, refused.code, refused.param],
}));
