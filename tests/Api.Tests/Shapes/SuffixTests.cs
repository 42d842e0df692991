using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Shapes;

/// <summary>One gateway with an expert that only chats, model <c>chatty</c>, and one that fills gaps too, model
/// <c>filler</c>; the latter says what stands between two letters.</summary>
public sealed class SuffixGateway : IAsyncLifetime
{
    internal InProcessGateway Gateway { get; private set; } = null!;

    internal ScriptedMiner Filler { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Filler = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(
            [.. Expert(0, "chatty", "all"), .. Expert(1, "filler", "all,fill"), .. Expert(2, "hole", "n, fill")]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Filler.DisposeAsync();
    }

    private IEnumerable<string> Expert(int place, string name, string features) =>
    [
        $"--Gateway:Upstreams:Static:{place}:Name={name}",
        $"--Gateway:Upstreams:Static:{place}:BaseAddress={Filler.Address}",
        $"--Gateway:Upstreams:Static:{place}:Models:0={name}",
        $"--Gateway:Upstreams:Static:{place}:Features={features}",
        $"--Gateway:Pricing:Usd:{name}:Input=1",
        $"--Gateway:Pricing:Usd:{name}:Output=10",
    ];

    private static async Task AnswerAsync(MinerCall call)
    {
        var from = call.Json.GetProperty("prompt").GetString()![^1];
        var to = call.Json.GetProperty("suffix").GetString()![0];
        if (from == '!')
        {
            await call.SendStatusAsync(200, """{"choices":[{"index":0,"text":7,"finish_reason":"stop"}]}""");
            return;
        }

        var text = string.Concat(Enumerable.Range(from + 1, to - from - 1).Select(static one => (char)one));
        var usage = string.Create(
            CultureInfo.InvariantCulture, $$"""{"prompt_tokens":5,"completion_tokens":{{text.Length}}}""");
        if (!call.Json.GetProperty("stream").GetBoolean())
        {
            var count = call.Json.TryGetProperty("n", out var n) ? n.GetInt32() : 1;
            var choices = Enumerable.Range(0, count).Select(index =>
                $$"""{"index":{{index}},"text":"{{text}}","logprobs":null,"finish_reason":"stop"}""");
            await call.SendStatusAsync(200, $$"""{"choices":[{{string.Join(',', choices)}}],"usage":{{usage}}}""");
            return;
        }

        foreach (var letter in text)
        {
            await call.SendAsync(
                $$$"""data: {"choices":[{"index":0,"text":"{{{letter}}}","finish_reason":null}]}""" + "\n\n");
        }

        await call.SendAsync("""data: {"choices":[{"index":0,"text":"","finish_reason":"length"}]}""" + "\n\n");
        await call.SendAsync($$"""data: {"choices":[],"usage":{{usage}}}""" + "\n\n" + ChatFrames.Done);
    }
}

/// <summary>POST /v1/completions with a suffix: only experts that fill gaps are asked, at their completions.</summary>
public sealed class SuffixTests(SuffixGateway fixture) : IClassFixture<SuffixGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gap_is_filled_by_an_expert_that_can()
    {
        var json = await JsonAsync(Body("filler", "\"abc\"", "gh", """ "n":2,"echo":true,"max_tokens":9, """));

        Assert.Equal(
            ["0 abcdef stop", "1 abcdef stop"],
            json["choices"]!.AsArray().Select(one => $"{one!["index"]} {one["text"]} {one["finish_reason"]}"));
        Assert.Equal((5, 3, 35_000), Bill(json["usage"]!));
        var asked = fixture.Filler.Calls[^1];
        Assert.EndsWith("/completions", asked.Path, StringComparison.Ordinal);
        Assert.DoesNotContain("chat", asked.Path, StringComparison.Ordinal);
        Assert.Equal(("abc", "gh", 9, 2, false), (
            asked.Json.GetProperty("prompt").GetString(), asked.Json.GetProperty("suffix").GetString(),
            asked.Json.GetProperty("max_tokens").GetInt32(), asked.Json.GetProperty("n").GetInt32(),
            asked.Json.TryGetProperty("messages", out _)));
    }

    [Fact]
    public async Task Several_gaps_are_filled_one_by_one_and_streamed_by_index()
    {
        using var answer = await PostAsync(Body("filler", """["a","c"]""", "fg", """ "stream":true, """));
        var text = await answer.Content.ReadAsStringAsync(Token);
        var chunks = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(static frame => frame.StartsWith("data: {", StringComparison.Ordinal))
            .Select(static frame => JsonNode.Parse(frame["data: ".Length..])!).ToList();

        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Equal(("bcde", "de"), (TextOf(chunks, 0), TextOf(chunks, 1)));
        Assert.Equal(
            ["length", "length"],
            chunks.SelectMany(static chunk => chunk["choices"]!.AsArray())
                .Select(static choice => (string?)choice!["finish_reason"]).OfType<string>());
        Assert.Equal((10, 6, 70_000), Bill(chunks[^1]["usage"]!));
    }

    [Fact]
    public async Task Who_cannot_is_refused_with_the_models_that_can()
    {
        var error = await RefusedAsync(Body("chatty", "\"a\"", "c"));

        Assert.Equal((400, "unsupported_parameter", "suffix"), (
            error.Status, (string)error.Error["code"]!, (string)error.Error["param"]!));
        Assert.Contains("Models that do: filler, hole.", (string)error.Error["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "logprobs":1, """, "logprobs")]
    [InlineData(""" "best_of":2, """, "best_of")]
    public async Task What_needs_probabilities_is_refused(string fields, string param)
    {
        var error = await RefusedAsync(Body("filler", "\"a\"", "c", fields));

        Assert.Equal((400, "unsupported_parameter", param), (
            error.Status, (string)error.Error["code"]!, (string)error.Error["param"]!));
    }

    [Fact]
    public async Task An_answer_that_is_none_costs_nothing()
    {
        var error = await RefusedAsync(Body("hole", "\"!\"", "c"));

        Assert.Equal((502, 0), (error.Status, (int)error.Error["details"]!["charge_nusd"]!));
    }

    [Fact]
    public async Task Models_tell_who_fills()
    {
        using var answer = await fixture.Gateway.Client.GetAsync(new Uri("v1/models", UriKind.Relative), Token);
        var models = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["data"]!.AsArray();

        Assert.Equal(
            ["filler", "hole"],
            models.Where(static model => model!["supported_parameters"]!.AsArray().Any(
                static name => (string)name! == "suffix")).Select(static model => (string)model!["id"]!).Order());
    }

    private static string Body(string model, string prompt, string suffix, string fields = "") =>
        $$"""{"model":"{{model}}",{{fields}}"suffix":{{JsonSerializer.Serialize(suffix)}},"prompt":{{prompt}}}""";

    private static string TextOf(IEnumerable<JsonNode> chunks, int index) => string.Concat(
        from chunk in chunks
        from choice in chunk["choices"]!.AsArray()
        where (int)choice["index"]! == index
        select (string)choice["text"]!);

    private static (int Prompt, int Completion, long Cost) Bill(JsonNode usage) => (
        (int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!, (long)usage["cost_nusd"]!);

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await fixture.Gateway.Client.PostAsync(new Uri("v1/completions", UriKind.Relative), content, Token);
    }

    private async Task<JsonNode> JsonAsync(string body)
    {
        using var answer = await PostAsync(body);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<(int Status, JsonNode Error)> RefusedAsync(string body)
    {
        using var answer = await PostAsync(body);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!);
    }
}
