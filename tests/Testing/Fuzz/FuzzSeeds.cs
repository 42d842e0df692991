namespace Gateway.Testing.Fuzz;

/// <summary>Bodies that are good as they stand, for the endpoints whose answers are charged. The last word of a prompt
/// tells the <see cref="FuzzMiner"/> what to do.</summary>
public static class FuzzSeeds
{
    private const string Tool =
        """{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}""";

    private static readonly Dictionary<string, string[]> Bodies = new()
    {
        ["/v1/chat/completions"] =
        [
            """{"model":"scripted","messages":[{"role":"user","content":"DOES"}]}""",
            """{"model":"scripted","stream":true,"messages":[{"role":"user","content":"DOES"}]}""",
            """
            {"model":"scripted","stream":true,"stream_options":{"include_usage":true},"max_tokens":50,"seed":7,
             "temperature":0.5,"stop":["x","y"],"user":"u1","metadata":{"a":"b"},
             "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"DOES"}]}
            """,
            """
            {"model":"devnet-small","max_tokens":20,"max_cost":0.01,"routing":{"strategy":"cheapest","fallback":true},
             "messages":[{"role":"user","content":"What is 2 + 2?"}]}
            """,
            """{"model":"auto","max_completion_tokens":9,"messages":[{"role":"user","content":"What is 7 * 8?"}]}""",
            $$"""{"model":"scripted","tools":[{{Tool}}],"messages":[{"role":"user","content":"DOES"}]}""",
        ],
        ["/v1/completions"] =
        [
            """{"model":"scripted","prompt":"DOES"}""",
            """{"model":"scripted","prompt":"DOES","stream":true,"max_tokens":30}""",
        ],
        ["/v1/responses"] =
        [
            """{"model":"scripted","input":"DOES"}""",
            """
            {"model":"scripted","stream":true,"instructions":"Be brief.","max_output_tokens":64,
             "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"DOES"}]}]}
            """,
        ],
        ["/v1/responses/input_tokens"] = ["""{"model":"scripted","input":"DOES"}"""],
        ["/v1/messages"] =
        [
            """{"model":"scripted","max_tokens":50,"messages":[{"role":"user","content":"DOES"}]}""",
            """
            {"model":"scripted","max_tokens":50,"stream":true,"system":"Be brief.",
             "messages":[{"role":"user","content":[{"type":"text","text":"DOES"}]}]}
            """,
        ],
        ["/v1/messages/count_tokens"] = ["""{"model":"scripted","messages":[{"role":"user","content":"DOES"}]}"""],
        ["/v1/embeddings"] =
        [
            """{"model":"devnet-embed","input":"a text"}""",
            """{"model":"devnet-embed","input":["one","two"],"encoding_format":"base64"}""",
        ],
        ["/v1/rerank"] =
            ["""{"model":"devnet-rerank","query":"cats","documents":["a cat",{"text":"a dog"}],"top_n":1}"""],
        ["/v1/route"] = ["""{"model":"auto","messages":[{"role":"user","content":"DOES"}]}"""],
        ["/v1/feedback"] = ["""{"request_id":"req_0198a000000070008000000000000000","rating":0.5,"comment":"c"}"""],
    };

    /// <summary>The good bodies of an endpoint; none where nobody wrote one.</summary>
    public static IReadOnlyList<string> Of(string path) => Bodies.GetValueOrDefault(path) ?? [];
}
