// The request that the playground sends, as code to paste.
const json = (value, indent = '') => JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;
const python = value => json(value, '    ').replace(/: (true|false|null)\b/g, (_, word) => `: ${{ true: 'True', false: 'False', null: 'None' }[word]}`);

// Members that the client libraries do not know go beside the body.
function split(request) {
  const { max_cost, routing, stream, ...known } = request;
  return { known, extra: { ...(max_cost === undefined ? {} : { max_cost }), ...(routing ? { routing } : {}) } };
}

export const samples = {
  curl: (base, request) => `curl -N ${base}/chat/completions \\\n  -H "Authorization: Bearer $GATEWAY_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d ${quoted(json(request))}`,
  python(base, request) {
    const { known, extra } = split(request);
    return `import os\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="${base}", api_key=os.environ["GATEWAY_KEY"])\nstream = client.chat.completions.create(\n    **${python(known)},\n    stream=True,\n    extra_body=${python(extra)},\n)\nfor chunk in stream:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")`;
  },
  typescript(base, request) {
    const { known, extra } = split(request);
    return `import OpenAI from 'openai';\n\nconst client = new OpenAI({ baseURL: '${base}', apiKey: process.env.GATEWAY_KEY });\nconst stream = await client.chat.completions.create({\n  ...${json(known, '  ')},\n  ...(${json(extra, '  ')} as object),\n  stream: true,\n} as OpenAI.ChatCompletionCreateParamsStreaming);\nfor await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');`;
  },
  csharp: (base, request) => `using System.Net.Http.Headers;\nusing System.Text;\n\nusing var client = new HttpClient();\nclient.DefaultRequestHeaders.Authorization =\n    new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("GATEWAY_KEY"));\nusing var body = new StringContent("""\n    ${json(request, '    ')}\n    """, Encoding.UTF8, "application/json");\nusing var answer = await client.PostAsync("${base}/chat/completions", body);\nawait (await answer.Content.ReadAsStreamAsync()).CopyToAsync(Console.OpenStandardOutput());`,
};
