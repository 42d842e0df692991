using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Chat;

namespace Gateway.Api.Tests.Shapes;

/// <summary>POST /v1/completions with several prompts: a call for each, one hold, one bill, choices by index.</summary>
public sealed class CompletionPromptsTests(OwnGateway fixture) : IClassFixture<OwnGateway>
{
    // An expert's figure for every call, and its answer's: two letters are a token.
    private const int PromptTokens = 7;

    private static CancellationToken Token => OwnGateway.Token;

    [Fact]
    public async Task Each_prompt_is_asked_alone_and_billed_once()
    {
        var before = fixture.Plain.Calls.Count;
        var json = await JsonAsync("plain", ["p1;aaaa", "p2;bbbbbb", "p3;cc"]);

        Assert.Equal(
            ["0 aaaa", "1 bbbbbb", "2 cc"],
            json["choices"]!.AsArray().Select(choice => $"{choice!["index"]} {choice["text"]}"));
        Assert.Equal((3 * PromptTokens, 6, 21_000 + 60_000, 3), Bill(json["usage"]!));
        var asked = fixture.Plain.Calls.Skip(before).Select(call => call.Json.GetProperty("messages")).ToList();
        Assert.All(asked, messages => Assert.Equal(1, messages.GetArrayLength()));
        Assert.Equal(
            ["p1;aaaa", "p2;bbbbbb", "p3;cc"],
            asked.Select(messages => messages[0].GetProperty("content").GetString()).Order());
    }

    [Fact]
    public async Task Each_prompt_has_its_choices_and_echo_its_own_text()
    {
        var before = fixture.Plain.Calls.Count;
        var json = await JsonAsync("plain", ["q1;aa", "q2;bb"], """ "n":2,"echo":true, """);

        Assert.Equal(
            ["0 q1;aaaa", "1 q1;aaaa", "2 q2;bbbb", "3 q2;bbbb"],
            json["choices"]!.AsArray().Select(choice => $"{choice!["index"]} {choice["text"]}"));
        Assert.Equal((2 * PromptTokens, 4, 14_000 + 40_000, 4), Bill(json["usage"]!));
        Assert.Equal(before + 4, fixture.Plain.Calls.Count);
    }

    [Fact]
    public async Task Who_can_give_choices_is_asked_once_for_each_prompt()
    {
        var before = fixture.Native.Calls.Count;
        var json = await JsonAsync("native", ["r1;aa", "r2;bb"], """ "n":3, """);

        Assert.Equal(
            ["0 aa", "1 aa", "2 aa", "3 bb", "4 bb", "5 bb"],
            json["choices"]!.AsArray().Select(choice => $"{choice!["index"]} {choice["text"]}"));
        Assert.Equal(before + 2, fixture.Native.Calls.Count);
        Assert.All(fixture.Native.Calls.Skip(before), call => Assert.Equal(3, call.Json.GetProperty("n").GetInt32()));
        Assert.Equal((2 * PromptTokens, 6, 14_000 + 60_000, 2), Bill(json["usage"]!));
    }

    [Fact]
    public async Task The_best_are_chosen_for_each_prompt()
    {
        var json = await JsonAsync(
            "native", [Ranked("s1", ("dim", -3), ("good", -1)), Ranked("s2", ("fine", -2), ("poor", -9))],
            """ "best_of":2, """);

        Assert.Equal(
            ["0 good", "1 fine"],
            json["choices"]!.AsArray().Select(choice => $"{choice!["index"]} {choice["text"]}"));
    }

    [Fact]
    public async Task A_stream_interleaves_by_index_and_has_one_usage_and_one_end()
    {
        fixture.Pause = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = fixture.Plain.Calls.Count;
        var streaming = StreamAsync(Body(
            "plain", ["t1;one two", "t2;six ten"], """ "stream":true,"echo":true, """));

        // Both are under way at once.
        while (fixture.Plain.Calls.Count < before + 2)
        {
            Assert.False(streaming.IsCompleted);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        fixture.Pause.SetResult();
        fixture.Pause = null;
        var chunks = await streaming;

        Assert.Null(chunks[^1]);
        Assert.Equal(("t1;one twoone two", "t2;six tensix ten"), (TextOf(chunks, 0), TextOf(chunks, 1)));
        Assert.Equal(["stop", "stop"], FinishesOf(chunks));
        var usage = Assert.Single(chunks, static chunk => chunk?["usage"] is JsonObject)!["usage"]!;
        Assert.Equal((2 * PromptTokens, 8, 14_000 + 80_000, 2), Bill(usage));
    }

    [Fact]
    public async Task One_prompt_that_fails_fails_them_all_and_costs_nothing()
    {
        using var answer = await PostAsync(
            Body("plain", ["u1;fine", "u2;#500"], """ "routing":{"fallback":false}, """));
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;

        Assert.Equal((502, "all_experts_failed", 0), (
            (int)answer.StatusCode, (string)error["code"]!, (int)error["details"]!["charge_nusd"]!));
    }

    [Fact]
    public async Task A_prompt_that_fails_under_way_ends_the_stream_without_its_end_mark()
    {
        fixture.Pause = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var answer = await PostAsync(
            Body("plain", ["v1;one two", "v2;#500"], """ "stream":true,"routing":{"fallback":false}, """));
        var text = await answer.Content.ReadAsStringAsync(Token);
        fixture.Pause.SetResult();
        fixture.Pause = null;

        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"stop\"", text, StringComparison.Ordinal);
        Assert.Contains("\"error\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_that_a_caller_has_is_charged_when_a_later_prompt_fails()
    {
        // Eight places: the ninth is asked only when one of the others has answered whole.
        string[] prompts = [.. Enumerable.Range(0, 8).Select(static n => $"c{n};aaaa"), "c8;#400"];
        using var answer = await PostAsync(
            Body("plain", prompts, """ "stream":true,"routing":{"fallback":false}, """));
        var text = await answer.Content.ReadAsStringAsync(Token);
        var receipt = await ReceiptAsync(answer.Headers.GetValues("x-gateway-receipt").Single());

        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        var last = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];
        var error = JsonNode.Parse(last["data: ".Length..])!["error"]!;
        const long One = (PromptTokens * 1_000) + (2 * 10_000);
        Assert.InRange((long)receipt["charge_nusd"]!, One, 8 * One);
        Assert.Equal((long)receipt["charge_nusd"]!, (long)error["details"]!["charge_nusd"]!);
        Assert.Equal("error", (string?)receipt["finish_reason"]);
    }

    [Fact]
    public async Task The_price_cap_holds_over_all_prompts()
    {
        // Input is at most 256 tokens and some bytes for each; what is left pays for some of the words.
        string[] prompts = [.. Enumerable.Range(0, 4).Select(static n => $"w{n};{new string('x', 400)}")];
        var chunks = await StreamAsync(
            Body("plain", prompts, """ "max_tokens":200,"max_cost":0.0044,"stream":true, """));

        var usage = Assert.Single(chunks, static chunk => chunk?["usage"] is JsonObject)!["usage"]!;
        Assert.InRange((long)usage["cost_nusd"]!, 1, 4_400_000);
        Assert.Equal(["length", "length", "length", "length"], FinishesOf(chunks));
    }

    [Fact]
    public async Task The_hold_is_for_all_prompts()
    {
        // 10 USD a million: 130,000 tokens for each of four are 5.2 USD, and the demo has 5.
        using var answer = await PostAsync(Body("plain", ["a", "b", "c", "d"], """ "max_tokens":130000, """));
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;

        Assert.Equal(402, (int)answer.StatusCode);
        Assert.True((long)error["details"]!["needed_nusd"]! > 5_000_000_000);
    }

    [Fact]
    public async Task Who_leaves_pays_for_the_prompts_whose_text_he_has()
    {
        fixture.Pause = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string receipt;
        using (var answer = await PostAsync(Body("plain", ["x1;one two", "x2;six ten"], """ "stream":true, """)))
        {
            receipt = answer.Headers.GetValues("x-gateway-receipt").Single();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
            for (var chunks = 0; chunks < 2;)
            {
                var line = await reader.ReadLineAsync(Token);
                Assert.NotNull(line);
                chunks += line.StartsWith("data: ", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        var row = await ReceiptAsync(receipt);
        fixture.Pause.SetResult();
        fixture.Pause = null;
        Assert.InRange((long)row["charge_nusd"]!, 2 * 10_000, (2 * PromptTokens * 1_000) + (2 * 10_000));
    }

    [Fact]
    public async Task More_prompts_than_places_wait_for_each_other()
    {
        string[] prompts = [.. Enumerable.Range(0, 40).Select(static n => $"y{n};{n % 10}{n / 10}")];
        var json = await JsonAsync("plain", prompts);

        Assert.Equal(
            Enumerable.Range(0, 40).Select(static n => $"{n} {n % 10}{n / 10}"),
            json["choices"]!.AsArray().Select(choice => $"{choice!["index"]} {choice["text"]}"));
        Assert.Equal((40 * PromptTokens, 40), (
            (int)json["usage"]!["prompt_tokens"]!, (int)json["usage"]!["completion_tokens"]!));
    }

    [Theory]
    [InlineData(129, "", "prompt")]
    [InlineData(65, """ "n":2, """, "n")]
    [InlineData(33, """ "best_of":4, """, "best_of")]
    public async Task There_are_at_most_128_answers(int prompts, string fields, string param)
    {
        using var answer = await PostAsync(Body("plain", [.. Enumerable.Repeat("z;z", prompts)], fields));
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;

        Assert.Equal((400, "invalid_value", param), (
            (int)answer.StatusCode, (string)error["code"]!, (string)error["param"]!));
    }

    [Fact]
    public async Task Fields_that_are_too_much_for_so_many_prompts_are_refused()
    {
        var strange = $$""" "strange":"{{new string('x', 1_000_000)}}", """;
        using var answer = await PostAsync(Body("plain", [.. Enumerable.Repeat("z;z", 100)], strange));

        Assert.Equal(413, (int)answer.StatusCode);
    }

    private static string Ranked(string name, params (string Text, double Logprob)[] choices) =>
        $$"""{{name}};{"choices":[{{string.Join(',', choices.Select(static (one, index) => $$$"""
            {"index":{{{index}}},"finish_reason":"stop","message":{"content":"{{{one.Text}}}"},
             "logprobs":{"content":[{"token":"{{{one.Text}}}","logprob":{{{one.Logprob}}},"top_logprobs":[]}]}}
            """.ReplaceLineEndings("")))}}]}""";

    private static string Body(string model, string[] prompts, string fields = "") =>
        $$"""{"model":"{{model}}",{{fields}}"prompt":{{JsonSerializer.Serialize(prompts)}}}""";

    private static (int Prompt, int Completion, long Cost, int Calls) Bill(JsonNode usage) => (
        (int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!, (long)usage["cost_nusd"]!,
        (int)usage["cost_details"]!["calls"]!);

    private static IEnumerable<string> FinishesOf(IEnumerable<JsonNode?> chunks) => chunks
        .SelectMany(static chunk => chunk?["choices"]?.AsArray() ?? [])
        .Select(static choice => (string?)choice!["finish_reason"]).OfType<string>();

    private static string TextOf(IEnumerable<JsonNode?> chunks, int index) => string.Concat(
        from chunk in chunks
        from choice in chunk?["choices"]?.AsArray() ?? []
        where (int)choice["index"]! == index
        select (string)choice["text"]!);

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/completions", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await fixture.Gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private async Task<JsonNode> JsonAsync(string model, string[] prompts, string fields = "")
    {
        using var answer = await PostAsync(Body(model, prompts, fields));
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<List<JsonNode?>> StreamAsync(string body)
    {
        using var answer = await PostAsync(body);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return
        [
            .. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Where(static frame => frame.StartsWith("data: ", StringComparison.Ordinal))
                .Select(static frame => frame == "data: [DONE]" ? null : JsonNode.Parse(frame["data: ".Length..])),
        ];
    }

    // It is settled within two seconds, and later on a busy machine.
    private async Task<JsonObject> ReceiptAsync(string id)
    {
        while (true)
        {
            using var answer = await fixture.Gateway.Client.GetAsync(
                new Uri($"v1/receipts/{id}", UriKind.Relative), Token);
            if (answer.IsSuccessStatusCode)
            {
                return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!.AsObject();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }
}
