// The request that the playground sends, as code to paste.
const json = (value, indent = '') => JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;
// Outside of strings only: a text that says true stays a text.
const python = value => json(value, '    ').replace(/"(?:[^"\\]|\\.)*"|\b(true|false|null)\b/g, (all, word) => (word ? { true: 'True', false: 'False', null: 'None' }[word] : all));
const clients = {
  '/chat/completions': { call: 'chat.completions.create', python: 'for chunk in stream:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")', typescript: "for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');" },
  '/responses': { call: 'responses.create', python: 'for event in stream:\n    if event.type == "response.output_text.delta":\n        print(event.delta, end="")', typescript: "for await (const event of stream) if (event.type === 'response.output_text.delta') process.stdout.write(event.delta);" },
};

// Members that the client libraries do not know go beside the body.
function split(request) {
  const { max_cost, routing, ...known } = request;
  return { known, extra: { ...(max_cost === undefined ? {} : { max_cost }), ...(routing ? { routing } : {}) } };
}

const fields = request => Object.entries(request).map(([name, value]) => [name, String(value)]);

export const samples = {
  curl(base, path, request, isForm) {
    const head = `curl -N ${base}${path} \\\n  -H "Authorization: Bearer $GATEWAY_KEY" \\\n`;
    if (isForm) return `${head}${fields(request).map(([name, value]) => `  -F ${quoted(`${name}=${value}`)} \\\n`).join('')}  -F file=@sound`;
    return `${head}  -H "Content-Type: application/json" \\\n  -d ${quoted(json(streamed(path, request)))}`;
  },
  python(base, path, request, isForm) {
    const client = clients[path];
    if (isForm) return `import os\nimport httpx\n\nanswer = httpx.post(\n    "${base}${path}",\n    headers={"Authorization": "Bearer " + os.environ["GATEWAY_KEY"]},\n    data=${python(Object.fromEntries(fields(request)))},\n    files={"file": open("sound", "rb")},\n    timeout=120,\n)\nprint(answer.text)`;
    const head = `import os\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="${base}", api_key=os.environ["GATEWAY_KEY"])\n`;
    if (!client) return path === '/audio/speech'
      ? `import os\nimport httpx\n\nanswer = httpx.post(\n    "${base}${path}",\n    headers={"Authorization": "Bearer " + os.environ["GATEWAY_KEY"]},\n    json=${python(request)},\n    timeout=120,\n)\nopen("speech.mp3", "wb").write(answer.content)`
      : `${head}answer = client.post("${path}", cast_to=object, body=${python(request)})\nprint(answer)`;
    const { known, extra } = split(request);
    return `${head}stream = client.${client.call}(\n    **${python(known)},\n    stream=True,\n    extra_body=${python(extra)},\n)\n${client.python}`;
  },
  typescript(base, path, request, isForm) {
    const client = clients[path];
    const head = `const answer = await fetch('${base}${path}', {\n  method: 'POST',\n`;
    if (isForm) return `import { openAsBlob } from 'node:fs';\n\nconst body = new FormData();\n${fields(request).map(([name, value]) => `body.append(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join('')}body.append('file', await openAsBlob('sound'), 'sound');\n${head}  headers: { authorization: \`Bearer \${process.env.GATEWAY_KEY}\` },\n  body,\n});\nconsole.log(await answer.text());`;
    if (!client) return `${path === '/audio/speech' ? "import { writeFile } from 'node:fs/promises';\n\n" : ''}${head}  headers: { authorization: \`Bearer \${process.env.GATEWAY_KEY}\`, 'content-type': 'application/json' },\n  body: JSON.stringify(${json(request, '  ')}),\n});\n${path === '/audio/speech' ? "await writeFile('speech.mp3', new Uint8Array(await answer.arrayBuffer()));" : 'console.log(await answer.json());'}`;
    const { known, extra } = split(request);
    const kind = path === '/responses' ? 'OpenAI.Responses.ResponseCreateParamsStreaming' : 'OpenAI.ChatCompletionCreateParamsStreaming';
    return `import OpenAI from 'openai';\n\nconst client = new OpenAI({ baseURL: '${base}', apiKey: process.env.GATEWAY_KEY });\nconst stream = await client.${client.call}({\n  ...${json(known, '  ')},\n  ...(${json(extra, '  ')} as object),\n  stream: true,\n} as ${kind});\n${client.typescript}`;
  },
  csharp(base, path, request, isForm) {
    const head = `using System.Net.Http.Headers;\nusing System.Text;\n\nusing var client = new HttpClient();\nclient.DefaultRequestHeaders.Authorization =\n    new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("GATEWAY_KEY"));\n`;
    const body = isForm
      ? `using var body = new MultipartFormDataContent();\n${fields(request).map(([name, value]) => `body.Add(new StringContent(${JSON.stringify(value)}), ${JSON.stringify(name)});\n`).join('')}body.Add(new StreamContent(File.OpenRead("sound")), "file", "sound");\n`
      : `using var body = new StringContent("""""\n    ${json(streamed(path, request), '    ')}\n    """"", Encoding.UTF8, "application/json");\n`;
    return `${head}${body}using var answer = await client.PostAsync("${base}${path}", body);\nawait (await answer.Content.ReadAsStreamAsync()).CopyToAsync(Console.OpenStandardOutput());`;
  },
};

// Conversations are streamed.
const streamed = (path, request) => (clients[path] ? { ...request, stream: true } : request);
