using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Faults;

/// <summary>Every endpoint that generates text, whole and streamed, before an expert that fails in every way: a failure
/// never looks like an answer, and nothing is charged but what was delivered whole.</summary>
public sealed class CrashFaultTests
{
    private const long TokenPrice = 10_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Endpoints => [.. Tongue.All.Select(tongue => tongue.Path)];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Complaint_31_A_stream_cut_at_any_chunk_never_looks_like_success(string endpoint)
    {
        await using var miner = await ScriptedMiner.StartAsync(FaultyMiner.ServeAsync, Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        for (var chunk = 0; chunk <= FaultyMiner.Words; chunk++)
        {
            var fault = string.Create(CultureInfo.InvariantCulture, $"cut-{chunk}");
            await AssertFailsAsync(gateway, Tongue.Of(endpoint), fault, stream: true);
        }

        Assert.Equal(0, await UsedAsync(gateway));
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Complaint_06_07_31_Sixteen_faults_are_told_as_errors_and_cost_nothing(string endpoint)
    {
        await using var miner = await ScriptedMiner.StartAsync(FaultyMiner.ServeAsync, Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        string[] faults = [.. FaultyMiner.Early, .. FaultyMiner.Late];
        Assert.Equal(16, faults.Length);
        foreach (var fault in faults)
        {
            await AssertFailsAsync(gateway, Tongue.Of(endpoint), fault, stream: true);
            await AssertFailsAsync(gateway, Tongue.Of(endpoint), fault, stream: false);
        }

        Assert.Equal(0, await UsedAsync(gateway));
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Attack_24_Complaint_05_37_Figures_that_cannot_be_are_neither_believed_nor_free(string endpoint)
    {
        await using var miner = await ScriptedMiner.StartAsync(FaultyMiner.ServeAsync, Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        foreach (var lie in (string[])["well", .. FaultyMiner.Liars])
        {
            foreach (var stream in (bool[])[true, false])
            {
                var charge = await AssertAnsweredAsync(gateway, Tongue.Of(endpoint), lie, stream);

                // A quarter of its bytes is the least that a text can have, and each byte a token the most.
                Assert.InRange(charge, FaultyMiner.Words * TokenPrice, 25 * TokenPrice);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Complaint_32_37_Another_expert_takes_over_unseen_and_is_charged_once(string endpoint)
    {
        // Which of the two is asked first is drawn: either way the answer is the good one's.
        await using var bad = await ScriptedMiner.StartAsync(FaultyMiner.ServeAsync, Token);
        await using var good = await ScriptedMiner.StartAsync(WellAsync, Token);
        await using var gateway = await InProcessGateway.StartAsync(
        [
            .. InProcessGateway.StaticExpert(bad.Address, "scripted", "10"),
            "--Gateway:Upstreams:Static:1:Name=good",
            $"--Gateway:Upstreams:Static:1:BaseAddress={good.Address}",
            "--Gateway:Upstreams:Static:1:Models:0=scripted",
        ]);
        var answers = 0;
        foreach (var fault in FaultyMiner.Early)
        {
            foreach (var stream in (bool[])[true, false])
            {
                var charge = await AssertAnsweredAsync(gateway, Tongue.Of(endpoint), fault, stream);
                Assert.Equal(FaultyMiner.Words * TokenPrice, charge);
                answers++;
            }
        }

        Assert.Equal(answers * FaultyMiner.Words * TokenPrice, await UsedAsync(gateway));
    }

    private static Task WellAsync(MinerCall call) => call.Json.GetProperty("stream").GetBoolean()
        ? call.SendAsync(string.Concat(Enumerable.Range(1, FaultyMiner.Words).Select(n => ChatFrames.Text("word ", n)))
            + ChatFrames.Finish() + ChatFrames.Done)
        : call.SendStatusAsync(200, ChatFrames.Whole(
            "one two three four five", """{"prompt_tokens":3,"completion_tokens":5}"""));

    private static async Task AssertFailsAsync(InProcessGateway gateway, Tongue tongue, string fault, bool stream)
    {
        var (status, _, text) = await AskAsync(gateway, tongue, fault, stream);
        var what = $"{tongue.Path} {fault} {(stream ? "streamed" : "whole")}: {(int)status} {text}";

        // Before the first byte an error has a status; behind it a stream says so in its own words.
        var began = status == HttpStatusCode.OK;
        Assert.True(stream || !began, what);
        Assert.True(began || status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable, what);
        Assert.True(!tongue.LooksWell(text, began), what);
        Assert.True(tongue.TellsError(text, began), what);
    }

    private static async Task<long> AssertAnsweredAsync(
        InProcessGateway gateway, Tongue tongue, string deed, bool stream)
    {
        var (status, id, text) = await AskAsync(gateway, tongue, deed, stream);
        var what = $"{tongue.Path} {deed} {(stream ? "streamed" : "whole")}: {(int)status} {text}";
        Assert.True(status == HttpStatusCode.OK && tongue.LooksWell(text, stream), what);
        Assert.False(tongue.TellsError(text, stream), what);
        var receipt = await gateway.GetAsync($"v1/receipts/{id}", Token);
        return (long)receipt["charge_nusd"]!;
    }

    private static async Task<(HttpStatusCode Status, string Id, string Text)> AskAsync(
        InProcessGateway gateway, Tongue tongue, string deed, bool stream)
    {
        using var content = new StringContent(tongue.Ask(deed, stream), Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync(
            new Uri($"v1/{tongue.Path}", UriKind.Relative), content, Token);
        return (answer.StatusCode, answer.Headers.GetValues("x-request-id").Single(),
            await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task<long> UsedAsync(InProcessGateway gateway)
    {
        JsonNode credits;
        do
        {
            credits = (await gateway.GetAsync("v1/credits", Token))["data"]!;
        }
        while ((long)credits["held_nusd"]! != 0);

        return (long)credits["total_usage_nusd"]!;
    }
}
