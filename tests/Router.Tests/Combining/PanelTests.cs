using System.Text.Json.Nodes;
using Gateway.Router.Forwarding;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Combining;

/// <summary>Several experts for one request, against real servers.</summary>
public sealed class PanelTests
{
    private const string Usage = """{"prompt_tokens":7,"completion_tokens":2}""";
    private const string Ask = """{"model":"m","messages":[{"role":"user","content":"Which?"}]}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_who_agree_settle_a_vote_and_the_third_is_not_asked()
    {
        await using var run = await Run.StartAsync(Strategy.Vote, stream: false, Says("B"), Says("(b)"), Says("C"));

        var (content, end) = await run.AskAsync();

        Assert.Equal("B", content);
        Assert.Equal([1, 1, 0], run.Calls);
        Assert.Equal("2 of 2 experts agree.", (string?)end["x_gateway"]!["reason"]);
        Assert.Equal((14, 4, 2), ((int)end["usage"]!["prompt_tokens"]!, (int)end["usage"]!["completion_tokens"]!,
            (int)end["usage"]!["cost_details"]!["calls"]!));
        var delivery = await run.Host.Delivery;
        Assert.Equal([0, 1], delivery.Attempts.Select(attempt => attempt.Line));
        Assert.Equal([true, true], delivery.Lines.Select(line => line.HasAnswered));
        Assert.Equal(4, delivery.Lines.Sum(line => line.Usage.Output));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_third_decides_between_two_who_differ(bool stream)
    {
        await using var run = await Run.StartAsync(
            Strategy.Vote, stream, Says("A"), Says("The answer is B."), Says("B"));

        var (content, end) = await run.AskAsync();

        Assert.Equal("The answer is B.", content);
        Assert.Equal([1, 1, 1], run.Calls);
        Assert.Equal("2 of 3 experts agree.", (string?)end["x_gateway"]!["reason"]);
        Assert.Equal("static/1", (string?)end["x_gateway"]!["expert"]);
        Assert.Equal(6, (int)end["usage"]!["completion_tokens"]!);
        Assert.Equal("static/1", (await run.Host.Delivery).Served?.Name);
    }

    [Fact]
    public async Task A_tie_goes_to_the_best_member()
    {
        await using var run = await Run.StartAsync(Strategy.Vote, stream: false, Says("A"), Says("B"), Says("C"));

        var (content, end) = await run.AskAsync();

        Assert.Equal("A", content);
        Assert.StartsWith("No two experts agree", (string?)end["x_gateway"]!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_five_three_who_agree_are_enough()
    {
        await using var run = await Run.StartAsync(
            Strategy.Vote, stream: false, Says("A"), Says("A"), Says("A"), Says("B"), Says("B"));

        await run.AskAsync();

        Assert.Equal([1, 1, 1, 0, 0], run.Calls);
    }

    [Fact]
    public async Task Who_fails_costs_nothing_and_the_others_decide()
    {
        await using var run = await Run.StartAsync(
            Strategy.Vote, stream: false, call => call.SendStatusAsync(500), Says("B"), Says("B"));

        var (content, _) = await run.AskAsync();

        Assert.Equal("B", content);
        var delivery = await run.Host.Delivery;
        Assert.Equal([false, true, true], delivery.Lines.Select(line => line.HasAnswered));
        Assert.Equal(default, delivery.Lines[0].Usage);
        Assert.Equal("http_500", delivery.Attempts[0].Reason);
        Assert.Equal(4, delivery.Usage.Output);
    }

    [Fact]
    public async Task Who_is_much_slower_than_the_others_is_not_waited_for()
    {
        await using var run = await Run.StartAsync(Strategy.Vote, stream: false, HangAsync, Says("B"), Says("B"));

        var (content, _) = await run.AskAsync();

        Assert.Equal("B", content);
        var delivery = await run.Host.Delivery;
        Assert.Equal((AttemptEnd.Cancelled, "late"), (delivery.Attempts[0].End, delivery.Attempts[0].Reason));
        await run.Miners[0].Calls[0].Aborted.WaitAsync(Ct);
    }

    [Theory]
    [InlineData(Strategy.Vote)]
    [InlineData(Strategy.Compose)]
    public async Task When_all_fail_nothing_is_charged(Strategy strategy)
    {
        await using var run = await Run.StartAsync(
            strategy, stream: false, call => call.SendStatusAsync(500), call => call.SendStatusAsync(500));

        using var response = await run.Host.PostAsync(Ask, Ct);

        Assert.Equal(502, (int)response.StatusCode);
        var delivery = await run.Host.Delivery;
        Assert.Equal(DeliveryStatus.FailedBeforeFirstByte, delivery.Status);
        Assert.Empty(delivery.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_who_leaves_while_it_is_voted_pays_nothing_and_everybody_stops(bool stream)
    {
        await using var run = await Run.StartAsync(Strategy.Vote, stream, HangAsync, HangAsync, Says("B"));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var posting = run.Host.PostAsync(Ask, leave.Token);
        await Forwarding.Waiting.UntilAsync(() => run.Calls is [1, 1, 0]);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        await Task.WhenAll(run.Miners.Take(2).Select(miner => miner.Calls[0].Aborted)).WaitAsync(Ct);
        var delivery = await run.Host.Delivery.WaitAsync(Ct);
        Assert.Equal((DeliveryStatus.ClientGone, 0), (delivery.Status, delivery.Usage.Output));
        Assert.Empty(delivery.Lines);
        Assert.Equal(0, run.Calls[2]);
    }

    [Fact]
    public async Task A_stream_is_kept_alive_while_it_is_voted()
    {
        var go = new TaskCompletionSource();
        await using var run = await Run.StartAsync(
            Strategy.Vote, stream: true, new RouterLimits { KeepAlive = TimeSpan.FromMilliseconds(50) },
            async call =>
            {
                await go.Task.WaitAsync(call.Gone);
                await SayAsync(call, "B");
            },
            async call =>
            {
                await go.Task.WaitAsync(call.Gone);
                await SayAsync(call, "B");
            });
        using var response = await run.Host.PostAsync(Ask, Ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));

        Assert.Equal(": keep-alive", await lines.ReadLineAsync(Ct));
        go.SetResult();

        Assert.EndsWith("data: [DONE]\n\n", await lines.ReadToEndAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_json_the_best_that_fits_its_schema_is_given()
    {
        const string Schema = """
            {"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema",
             "json_schema":{"name":"s","schema":
              {"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}}}}
            """;
        await using var run = await Run.StartAsync(
            Strategy.BestOf, stream: false, AnswerKind.Json, Says("sure: 3"), Says("""{"n":"3"}"""),
            Says("""{"n":3}"""));

        var (content, end) = await run.AskAsync(Schema);

        Assert.Equal("""{"n":3}""", content);
        Assert.StartsWith("1 of 3 answers pass", (string?)end["x_gateway"]!["reason"], StringComparison.Ordinal);
        Assert.Equal(3, (await run.Host.Delivery).Lines.Count);
    }

    [Fact]
    public async Task Of_programs_one_whose_text_is_whole_is_given()
    {
        const string Whole = "```python\nprint(1)\n```";
        await using var run = await Run.StartAsync(
            Strategy.BestOf, stream: false, AnswerKind.Code, Says("```python\nprint(1\n```"), Says(Whole), Says("no"));

        Assert.Equal(Whole, (await run.AskAsync()).Content);
    }

    [Theory]
    [InlineData("```python\n# la suma\nx = 1 + 2\n```", true)]
    [InlineData("```python\n# la suma\nx = 1 + 3\n```", false)]
    [InlineData("```python\n# la suma\nx = (1 + 2\n```", false)]
    [InlineData("La suma.", false)]
    public async Task An_edit_that_touches_more_than_comments_is_thrown_away(string edit, bool isUsed)
    {
        const string Draft = "```python\nx = 1 + 2  # sum\n```";
        await using var run = await Run.StartAsync(Strategy.Compose, stream: true, Says(Draft), Says(edit));

        var (content, end) = await run.AskAsync();

        Assert.Equal(isUsed ? edit : Draft, content);
        Assert.Equal(isUsed ? "static/1" : "static/0", (string?)end["x_gateway"]!["expert"]);
        var turns = run.Miners[1].Calls[0].Json.GetProperty("messages");
        Assert.Equal((3, Draft), (turns.GetArrayLength(), turns[1].GetProperty("content").GetString()));
        Assert.Equal([true, true], (await run.Host.Delivery).Lines.Select(line => line.HasAnswered));
    }

    [Fact]
    public async Task An_edit_of_plain_text_goes_to_the_caller_as_it_comes()
    {
        var go = new TaskCompletionSource();
        await using var run = await Run.StartAsync(
            Strategy.Compose, stream: true, Says("A draft."),
            async call =>
            {
                await call.SendTextAsync("An ");
                await go.Task.WaitAsync(call.Gone);
                await call.SendTextAsync("edit.");
                await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("9", "2") + ChatFrames.Done);
            });
        using var response = await run.Host.PostAsync(Ask, Ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));

        Assert.Contains("An ", await lines.ReadLineAsync(Ct), StringComparison.Ordinal);
        go.SetResult();
        var rest = await lines.ReadToEndAsync(Ct);

        Assert.Contains("edit.", rest, StringComparison.Ordinal);
        Assert.Contains("\"completion_tokens\":4", rest, StringComparison.Ordinal);
        var delivery = await run.Host.Delivery;
        Assert.Equal(["generator", "editor"], delivery.Lines.Select(line => line.Role));
        Assert.Equal([2, 2], delivery.Lines.Select(line => line.Usage.Output));
    }

    [Fact]
    public async Task Who_leaves_while_an_edit_comes_pays_for_the_draft_and_what_he_took_of_the_edit()
    {
        await using var run = await Run.StartAsync(
            Strategy.Compose, stream: true, Says("A draft."),
            async call =>
            {
                await call.SendTextAsync("An ", 1);
                await HangAsync(call);
            });
        using (var response = await run.Host.PostAsync(Ask, Ct))
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
            Assert.Contains("An ", await lines.ReadLineAsync(Ct), StringComparison.Ordinal);
        }

        await run.Miners[1].Calls[0].Aborted.WaitAsync(Ct);
        var delivery = await run.Host.Delivery.WaitAsync(Ct);
        Assert.Equal(DeliveryStatus.ClientGone, delivery.Status);
        Assert.Equal([2, 1], delivery.Lines.Select(line => line.Usage.Output));
    }

    [Fact]
    public async Task An_editor_who_fails_leaves_the_draft()
    {
        await using var run = await Run.StartAsync(
            Strategy.Compose, stream: true, Says("A draft."), call => call.SendStatusAsync(500));

        var (content, end) = await run.AskAsync();

        Assert.Equal("A draft.", content);
        Assert.Equal(2, (int)end["usage"]!["completion_tokens"]!);
        Assert.Equal([true, false], (await run.Host.Delivery).Lines.Select(line => line.HasAnswered));
    }

    private static Func<MinerCall, Task> Says(string text) => call => SayAsync(call, text);

    private static async Task SayAsync(MinerCall call, string text)
    {
        if (call.Json.GetProperty("stream").GetBoolean())
        {
            await call.SendTextAsync(text);
            await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("7", "2") + ChatFrames.Done);
            return;
        }

        await call.SendStatusAsync(200, ChatFrames.Whole(text, Usage));
    }

    private static Task HangAsync(MinerCall call) =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone);

    /// <summary>A host with as many miners as scripts; all are equally good, so that the first sits first.</summary>
    private sealed class Run(RouterHost host, ScriptedMiner[] miners) : IAsyncDisposable
    {
        internal RouterHost Host => host;

        internal ScriptedMiner[] Miners => miners;

        internal int[] Calls => [.. miners.Select(miner => miner.Calls.Count)];

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            foreach (var miner in miners)
            {
                await miner.DisposeAsync();
            }
        }

        internal static Task<Run> StartAsync(Strategy strategy, bool stream, params Func<MinerCall, Task>[] scripts) =>
            StartAsync(strategy, stream, AnswerKind.Open, new(), scripts);

        internal static Task<Run> StartAsync(
            Strategy strategy, bool stream, AnswerKind kind, params Func<MinerCall, Task>[] scripts) =>
            StartAsync(strategy, stream, kind, new(), scripts);

        internal static Task<Run> StartAsync(
            Strategy strategy, bool stream, RouterLimits limits, params Func<MinerCall, Task>[] scripts) =>
            StartAsync(strategy, stream, AnswerKind.Open, limits, scripts);

        internal async Task<(string Content, JsonNode End)> AskAsync(string body = Ask)
        {
            var (response, text) = await host.AskAsync(Ct, body);
            Assert.Equal(200, (int)response.StatusCode);
            if (!text.StartsWith("data:", StringComparison.Ordinal))
            {
                var whole = JsonNode.Parse(text)!;
                return ((string)whole["choices"]![0]!["message"]!["content"]!, whole);
            }

            Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
            JsonNode[] frames = [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Where(frame => frame.StartsWith("data: {", StringComparison.Ordinal))
                .Select(frame => JsonNode.Parse(frame["data: ".Length..])!)];
            var content = string.Concat(frames.SelectMany(frame => frame["choices"]!.AsArray())
                .Select(choice => (string?)choice!["delta"]!["content"]));
            return (content, frames[^1]);
        }

        private static async Task<Run> StartAsync(
            Strategy strategy, bool stream, AnswerKind kind, RouterLimits limits, Func<MinerCall, Task>[] scripts)
        {
            var miners = await Task.WhenAll(scripts.Select(script => ScriptedMiner.StartAsync(script, Ct)));
            var wish = RouteWish.None with { Strategy = strategy, Experts = scripts.Length };
            var host = await RouterHost.StartAsync(
                new([.. miners.Select(miner => miner.Address)])
                {
                    Allowance = new() { CoveredOutputTokens = 4096 },
                    Answer = kind,
                    Limits = limits,
                    Stream = stream,
                    Wish = wish,
                },
                Ct);
            return new(host, miners);
        }
    }
}
