using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Shapes;

/// <summary>One gateway with the simulated network, and a scripted expert for embeddings and one for rerank: the input
/// says what they do.</summary>
public sealed class TaskGateway : IAsyncLifetime
{
    internal const string Embed = "scripted-embed";
    internal const string Rerank = "scripted-rerank";

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Miner { get; private set; } = null!;

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Miner = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(
        [
            .. Expert(0, Embed, "embeddings"),
            .. Expert(1, Rerank, "rerank"),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Miner.DisposeAsync();
    }

    internal async Task<(HttpResponseMessage Answer, JsonNode Json)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = await Gateway.Client.PostAsync(new Uri($"v1/{path}", UriKind.Relative), content, Token);
        return (answer, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!);
    }

    private string[] Expert(int place, string model, string task) =>
    [
        $"--Gateway:Upstreams:Static:{place}:Name={task}",
        $"--Gateway:Upstreams:Static:{place}:BaseAddress={Miner.Address}",
        $"--Gateway:Upstreams:Static:{place}:Models:0={model}",
        $"--Gateway:Upstreams:Static:{place}:Task={task}",
        $"--Gateway:Pricing:Usd:{model}:Input=1",
        $"--Gateway:Pricing:Usd:{model}:Output=0",
    ];

    private static Task AnswerAsync(MinerCall call)
    {
        var asked = call.Json;
        var does = asked.TryGetProperty("query", out var query) ? query.GetString()!
            : asked.GetProperty("input") is { ValueKind: JsonValueKind.String } text ? text.GetString()!
            : "";
        return call.SendStatusAsync(200, does switch
        {
            "few" => """{"data":[],"results":[]}""",
            "text" => """{"data":[{"embedding":"x"}],"results":[{"index":"0"}]}""",
            "bare" => """{"data":[{}],"results":[{}]}""",
            "error" => """{"error":{"message":"no"}}""",
            "silent" => """{"data":[{"index":0,"embedding":[1,2]}]}""",
            "greedy" => """{"data":[{"index":0,"embedding":[1,2]}],"usage":{"prompt_tokens":1000000}}""",
            _ => """{"data":[{"index":0,"embedding":[0.5,-2]}],"usage":{"prompt_tokens":5}}""",
        });
    }
}

/// <summary>POST /v1/embeddings and /v1/rerank.</summary>
public sealed class TaskTests(TaskGateway fixture) : IClassFixture<TaskGateway>
{
    private static CancellationToken Token => TaskGateway.Token;

    [Fact]
    public async Task Texts_become_vectors_in_their_order_and_alike_texts_lie_close()
    {
        var (answer, json) = await fixture.PostAsync("embeddings",
            """{"model":"devnet-embed","input":["a red apple","one red apple","tax law of 1912"]}""");

        using (answer)
        {
            var vectors = json["data"]!.AsArray().Select(one =>
                one!["embedding"]!.AsArray().Select(number => (float)number!).ToArray()).ToArray();
            Assert.Equal((256, 256, 256), (vectors[0].Length, vectors[1].Length, vectors[2].Length));
            Assert.Equal([0, 1, 2], json["data"]!.AsArray().Select(one => (int)one!["index"]!));
            Assert.True(Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]) + 0.2);
            Assert.Equal("demo", answer.Headers.GetValues("x-gateway-quality").Single());
            Assert.Equal(("list", "devnet-embed"), ((string)json["object"]!, (string)json["model"]!));
            Assert.Equal((10, 10, 200), (
                (int)json["usage"]!["prompt_tokens"]!, (int)json["usage"]!["total_tokens"]!,
                (int)json["usage"]!["cost_nusd"]!));
        }
    }

    [Fact]
    public async Task Base64_is_little_endian_floats_and_dimensions_are_honoured()
    {
        var (answer, json) = await fixture.PostAsync("embeddings",
            $$"""{"model":"{{TaskGateway.Embed}}","input":"x","encoding_format":"base64"}""");
        answer.Dispose();
        var (other, few) = await fixture.PostAsync("embeddings",
            """{"model":"devnet-embed","input":[[1,2],[3]],"dimensions":8}""");
        other.Dispose();

        Assert.Equal("AAAAPwAAAMA=", (string?)json["data"]![0]!["embedding"]);
        Assert.Equal([8, 8], few["data"]!.AsArray().Select(one => one!["embedding"]!.AsArray().Count));
    }

    [Fact]
    public async Task Documents_come_back_by_relevance_and_only_the_best_of_them()
    {
        var (answer, json) = await fixture.PostAsync("rerank", """
            {"model":"devnet-rerank","query":"red apple","top_n":2,"return_documents":true,
             "documents":["a stone",{"text":"an apple"},"the red apple"]}
            """);

        answer.Dispose();
        var results = json["results"]!.AsArray();
        Assert.Equal([2, 1], results.Select(result => (int)result!["index"]!));
        Assert.Equal("the red apple", (string?)results[0]!["document"]!["text"]);
        Assert.True((double)results[0]!["relevance_score"]! > (double)results[1]!["relevance_score"]!);
        Assert.True((long)json["usage"]!["cost_nusd"]! > 0);
    }

    [Fact]
    public async Task A_task_has_a_receipt_that_verifies_its_price()
    {
        var (answer, json) = await fixture.PostAsync(
            "embeddings", $$"""{"model":"{{TaskGateway.Embed}}","input":"x"}""");
        var id = answer.Headers.GetValues("x-gateway-receipt").Single();
        answer.Dispose();

        var receipt = await fixture.Gateway.GetAsync($"v1/receipts/{id}", Token);
        Assert.Equal(("/v1/embeddings", 5_000, 5, 0), (
            (string)receipt["endpoint"]!, (long)receipt["charge_nusd"]!, (int)receipt["usage"]!["input_tokens"]!,
            (int)receipt["usage"]!["output_tokens"]!));
        Assert.Equal(5_000, (long)json["usage"]!["cost_nusd"]!);
    }

    [Theory]
    [InlineData("silent", 1)]
    [InlineData("greedy", 1)]
    public async Task Who_does_not_count_or_counts_too_much_is_not_believed(string input, long tokens)
    {
        var (answer, json) = await fixture.PostAsync(
            "embeddings", $$"""{"model":"{{TaskGateway.Embed}}","input":"{{input}}"}""");

        answer.Dispose();
        Assert.True((bool)json["usage"]!["estimated"]!);
        Assert.Equal(tokens, (long)json["usage"]!["prompt_tokens"]!);
    }

    [Theory]
    [InlineData("embeddings", "few")]
    [InlineData("embeddings", "text")]
    [InlineData("embeddings", "error")]
    [InlineData("embeddings", "bare")]
    [InlineData("rerank", "bare")]
    [InlineData("rerank", "few")]
    [InlineData("rerank", "text")]
    public async Task An_answer_that_is_none_is_an_error_and_free(string path, string does)
    {
        var before = await CreditAsync();
        var body = path == "embeddings"
            ? $$"""{"model":"{{TaskGateway.Embed}}","input":"{{does}}"}"""
            : $$"""{"model":"{{TaskGateway.Rerank}}","query":"{{does}}","documents":["a"]}""";
        var (answer, json) = await fixture.PostAsync(path, body);

        Assert.Equal((502, "all_experts_failed"), ((int)answer.StatusCode, (string)json["error"]!["code"]!));
        Assert.Equal("garbage", (string?)json["error"]!["details"]!["attempts"]![0]!["reason"]);
        Assert.Equal(before, await CreditAsync());
        answer.Dispose();
    }

    [Theory]
    [InlineData("embeddings", """ "input":"x" """, "missing_required_parameter", "model")]
    [InlineData("embeddings", """ "model":"m" """, "missing_required_parameter", "input")]
    [InlineData("embeddings", """ "model":"m","input":"" """, "invalid_value", "input")]
    [InlineData("embeddings", """ "model":"m","input":[] """, "invalid_value", "input")]
    [InlineData("embeddings", """ "model":"m","input":["a",""] """, "invalid_value", "input[1]")]
    [InlineData("embeddings", """ "model":"m","input":["a",5] """, "invalid_type", "input[1]")]
    [InlineData("embeddings", """ "model":"m","input":[1,2.5] """, "invalid_type", "input[1]")]
    [InlineData("embeddings", """ "model":"m","input":[[]] """, "invalid_type", "input[0]")]
    [InlineData("embeddings", """ "model":"m","input":"x","dimensions":0 """, "invalid_value", "dimensions")]
    [InlineData("embeddings", """ "model":"m","input":"x","encoding_format":"hex" """,
        "invalid_value", "encoding_format")]
    [InlineData("embeddings", """ "model":"m","input":"x","stream":true """, "unsupported_parameter", "stream")]
    [InlineData("embeddings", """ "model":"m","input":"x","Input":"y" """, "unknown_parameter", "Input")]
    [InlineData("rerank", """ "model":"m","documents":["a"] """, "missing_required_parameter", "query")]
    [InlineData("rerank", """ "model":"m","query":"q" """, "missing_required_parameter", "documents")]
    [InlineData("rerank", """ "model":"m","query":"q","documents":[] """, "invalid_value", "documents")]
    [InlineData("rerank", """ "model":"m","query":"q","documents":[{}] """,
        "missing_required_parameter", "documents[0].text")]
    [InlineData("rerank", """ "model":"m","query":"q","documents":["a"],"top_n":0 """, "invalid_value", "top_n")]
    [InlineData("rerank", """ "model":"m","query":"q","documents":["a"],"rank_fields":[] """,
        "unsupported_parameter", "rank_fields")]
    public async Task A_wrong_field_is_refused_by_its_name(string path, string fields, string code, string param)
    {
        var (answer, json) = await fixture.PostAsync(path, $"{{{fields}}}");

        Assert.Equal((400, code, param), (
            (int)answer.StatusCode, (string)json["error"]!["code"]!, (string)json["error"]!["param"]!));
        answer.Dispose();
    }

    [Theory]
    [InlineData("chat/completions", """ "messages":[{"role":"user","content":"x"}] """, "devnet-embed", "devnet-large")]
    [InlineData("embeddings", """ "input":"x" """, "devnet-large", "devnet-embed")]
    [InlineData("rerank", """ "query":"q","documents":["a"] """, "devnet-embed", "devnet-rerank")]
    public async Task A_model_for_something_else_is_not_found_and_those_for_it_are_named(
        string path, string fields, string model, string available)
    {
        var (answer, json) = await fixture.PostAsync(path, $$"""{"model":"{{model}}",{{fields}}}""");

        Assert.Equal((404, "model_not_found"), ((int)answer.StatusCode, (string)json["error"]!["code"]!));
        var named = json["error"]!["details"]!["available"]!.AsArray().Select(name => (string)name!).ToList();
        Assert.Contains(available, named);
        Assert.DoesNotContain(model, named);
        answer.Dispose();
    }

    [Fact]
    public async Task Auto_takes_a_model_for_the_task_and_models_say_what_they_are_for()
    {
        var (answer, json) = await fixture.PostAsync("rerank",
            """{"model":"auto","query":"q","documents":["a"],"routing":{"exclude":["static/rerank"]}}""");
        answer.Dispose();
        var model = await fixture.Gateway.GetAsync("v1/models/devnet-rerank", Token);

        Assert.Equal("devnet-rerank", (string?)json["model"]);
        Assert.Equal("rerank", (string?)model["task"]);
    }

    [Fact]
    public async Task Who_has_no_credit_for_it_is_told_before_anything_is_sent()
    {
        var (answer, json) = await fixture.PostAsync("embeddings",
            $$"""{"model":"{{TaskGateway.Embed}}","input":"x","max_cost":0.000000001}""");

        Assert.Equal((400, "max_cost_too_low"), ((int)answer.StatusCode, (string)json["error"]!["code"]!));
        answer.Dispose();
    }

    private static double Dot(float[] left, float[] right) => left.Zip(right, (a, b) => a * b).Sum();

    private async Task<long> CreditAsync() =>
        (long)(await fixture.Gateway.GetAsync("v1/credits", Token))["data"]!["total_usage_nusd"]!;
}
