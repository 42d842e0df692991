// Runs into a rate limit with the openai package as it comes from the registry, and prints how the package bore it.
import OpenAI from 'openai';

const [baseURL, apiKey, model, waiting, refusing] = process.argv.slice(2);
const messages = [{ role: 'user', content: 'What is 12 * 34?' }];
const seen = {};

// Every attempt that goes over the wire, the package's own repeats among them.
const attempts = [];
const counting = async (url, init) => {
  const response = await fetch(url, init);
  attempts.push({ status: response.status, at: performance.now(), retryAfterMs: response.headers.get('retry-after-ms') });
  return response;
};

// A short wait: the package repeats by itself, and not before it may.
const patient = new OpenAI({ baseURL, apiKey: waiting, maxRetries: 3, fetch: counting });
let answer;
do {
  answer = await patient.chat.completions.create({ model, messages });
} while (!attempts.some((attempt) => attempt.status === 429) && attempts.length < 500);
const refused = attempts.findIndex((attempt) => attempt.status === 429);
seen.waited = {
  before: refused,
  after: attempts.slice(refused).map((attempt) => attempt.status),
  asked: Number(attempts[refused]?.retryAfterMs),
  took: attempts[refused + 1]?.at - attempts[refused]?.at,
  content: answer.choices[0].message.content,
};

// A wait of hours: the package is told not to repeat, and gives the error at once.
attempts.length = 0;
const hasty = new OpenAI({ baseURL, apiKey: refusing, maxRetries: 3, fetch: counting });
await hasty.chat.completions.create({ model, messages });
try {
  await hasty.chat.completions.create({ model, messages });
} catch (error) {
  seen.refused = {
    name: error.constructor.name, status: error.status, code: error.code, type: error.type, message: error.message,
    statuses: attempts.map((attempt) => attempt.status),
  };
}

// Who has no limit is told so.
const { response } = await new OpenAI({ baseURL, apiKey }).models.list().withResponse();
seen.unlimited = response.headers.get('x-ratelimit-limit-requests');

console.log(JSON.stringify(seen));
