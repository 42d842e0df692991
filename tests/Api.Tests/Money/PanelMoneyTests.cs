using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Billing;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Money;

/// <summary>What a request costs that asks several experts: known before it is sent, charged by line, and provable
/// afterwards.</summary>
public sealed class PanelMoneyTests
{
    private const string Usage = """{"prompt_tokens":10,"completion_tokens":2}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_line_is_charged_at_its_own_price_and_the_receipt_proves_it(bool stream)
    {
        await using var panel = await Experts.StartAsync("A", "B", "B");

        var (id, answer) = await panel.AskAsync(stream);

        // Two tokens of each at 10, 20 and 30 USD a million.
        Assert.Equal(120_000, (long)answer["usage"]!["cost_nusd"]!);
        Assert.Equal((30, 6), ((int)answer["usage"]!["prompt_tokens"]!, (int)answer["usage"]!["completion_tokens"]!));
        var receipt = await HangUpTests.ReceiptAsync(panel.Gateway, id);
        Assert.Equal((120_000L, "vote"), ((long)receipt["charge_nusd"]!, (string)receipt["strategy"]!));
        Assert.Equal(
            ["voter m0 20000", "voter m1 40000", "voter m2 60000"],
            receipt["lines"]!.AsArray().Select(line =>
                $"{line!["role"]} {line["model"]} {line["charge_nusd"]}").Order(StringComparer.Ordinal));
        Assert.Empty(ReceiptCheck.Verify(
            Encoding.UTF8.GetBytes(receipt.ToJsonString()), static (_, _, _) => true));
        var credits = (await panel.Gateway.GetAsync("v1/credits", Token))["data"]!;
        Assert.Equal((0L, 120_000L), ((long)credits["held_nusd"]!, (long)credits["total_usage_nusd"]!));
    }

    [Fact]
    public async Task A_receipt_of_lines_that_was_changed_does_not_hold()
    {
        await using var panel = await Experts.StartAsync("A", "B", "B");
        var (id, _) = await panel.AskAsync(stream: false);
        var receipt = await HangUpTests.ReceiptAsync(panel.Gateway, id);

        receipt["lines"]![0]!["charge_nusd"] = (long)receipt["lines"]![0]!["charge_nusd"]! + 1;
        receipt["lines"]![1]!["charge_nusd"] = (long)receipt["lines"]![1]!["charge_nusd"]! - 1;

        Assert.NotEmpty(ReceiptCheck.Verify(
            Encoding.UTF8.GetBytes(receipt.ToJsonString()), static (_, _, _) => true));
    }

    [Fact]
    public async Task The_plan_tells_what_each_line_may_cost_and_the_cap_is_kept()
    {
        await using var panel = await Experts.StartAsync("A", "B", "B");

        var plan = await panel.PlanAsync("");

        var lines = plan["lines"]!.AsArray();
        Assert.Equal(3, lines.Count);
        Assert.Equal((long)plan["ceiling_nusd"]!, lines.Sum(line => (long)line!["ceiling_nusd"]!));
        // 50 tokens of each at 10, 20 and 30 USD a million.
        Assert.Equal(3_000_000, (long)plan["ceiling_nusd"]!);
        Assert.All(lines, line => Assert.Equal("voter", (string?)line!["role"]));
        Assert.Equal(10, (long)(await panel.PlanAsync(""","max_cost":0.0006"""))["output_tokens_limit"]!);

        using var low = await panel.PostAsync(stream: false, ""","max_cost":0.00005""");
        Assert.Equal(HttpStatusCode.BadRequest, low.StatusCode);
        Assert.Contains("max_cost_too_low", await low.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(0, panel.Calls);
    }

    [Fact]
    public async Task A_caller_who_leaves_before_the_vote_is_counted_pays_nothing()
    {
        await using var panel = await Experts.StartAsync("hang", "hang", "B");
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var answer = panel.PostAsync(stream: true, "", leave.Token);
        while (panel.Calls < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        while ((long)(await panel.Gateway.GetAsync("v1/credits", Token))["data"]!["held_nusd"]! > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }

        var credits = (await panel.Gateway.GetAsync("v1/credits", Token))["data"]!;
        Assert.Equal(0, (long)credits["total_usage_nusd"]!);
    }

    /// <summary>Three experts with a model and a price each; the first asked are those with the first texts, whichever
    /// model that is.</summary>
    private sealed class Experts(InProcessGateway gateway, ScriptedMiner[] miners) : IAsyncDisposable
    {
        internal InProcessGateway Gateway => gateway;

        internal int Calls => miners.Sum(miner => miner.Calls.Count);

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            foreach (var miner in miners)
            {
                await miner.DisposeAsync();
            }
        }

        internal static async Task<Experts> StartAsync(params string[] texts)
        {
            var asked = 0;
            var miners = await Task.WhenAll(texts.Select(_ => ScriptedMiner.StartAsync(
                call => SayAsync(call, texts[Interlocked.Increment(ref asked) - 1]), Token)));
            var settings = miners.SelectMany((miner, i) => (string[])[
                $"--Gateway:Upstreams:Static:{i}:Name=x{i}",
                $"--Gateway:Upstreams:Static:{i}:BaseAddress={miner.Address}",
                $"--Gateway:Upstreams:Static:{i}:Models:0=m{i}",
                $"--Gateway:Pricing:Usd:m{i}:Input=0",
                string.Create(CultureInfo.InvariantCulture, $"--Gateway:Pricing:Usd:m{i}:Output={10 * (i + 1)}")]);
            return new(await InProcessGateway.StartAsync(settings), miners);
        }

        internal Task<HttpResponseMessage> PostAsync(bool stream, string more, CancellationToken? ct = null) =>
            gateway.PostChatAsync(Body(stream, more), ct ?? Token);

        internal async Task<JsonNode> PlanAsync(string more)
        {
            using var content = new StringContent(Body(stream: false, more), Encoding.UTF8, "application/json");
            using var answer = await gateway.Client.PostAsync(new Uri("v1/route", UriKind.Relative), content, Token);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
        }

        internal async Task<(string Id, JsonNode Answer)> AskAsync(bool stream)
        {
            using var response = await PostAsync(stream, "");
            var text = await response.Content.ReadAsStringAsync(Token);
            Assert.True(response.StatusCode == HttpStatusCode.OK, text);
            var last = stream
                ? text.Split("\n\n").Last(frame => frame.StartsWith("data: {", StringComparison.Ordinal))[6..]
                : text;
            return (response.Headers.GetValues("x-gateway-receipt").Single(), JsonNode.Parse(last)!);
        }

        private static string Body(bool stream, string more) =>
            $$"""
            {"model":"auto:vote","max_tokens":50,"stream":{{(stream ? "true" : "false")}},
             "messages":[{"role":"user","content":"Which?"}],
             "routing":{"experts":3,"only":["static/x0","static/x1","static/x2"]}{{more}}}
            """;

        private static Task SayAsync(MinerCall call, string text) => text == "hang"
            ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone)
            : call.SendStatusAsync(200, ChatFrames.Whole(text, Usage));
    }
}
