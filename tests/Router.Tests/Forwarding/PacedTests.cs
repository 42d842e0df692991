using System.Diagnostics;
using Gateway.Core;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

/// <summary>Streams whose miner sends a chunk only once the caller has read the one before, so that what was delivered
/// when something happens is known exactly.</summary>
public sealed class PacedTests : IDisposable
{
    private const int Chunks = 20;

    private readonly SemaphoreSlim _pace = new(0);

    public static TheoryData<int> Cuts => [.. Enumerable.Range(0, Chunks)];

    public static TheoryData<int, bool> HangUps =>
        [.. Enumerable.Range(0, 2 * Chunks).Select(i => new TheoryDataRow<int, bool>(i / 2, i % 2 == 0))];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _pace.Dispose();

    [Theory]
    [MemberData(nameof(HangUps))]
    public async Task Complaint_02_A_caller_who_leaves_after_k_chunks_pays_for_k_tokens_and_the_miner_is_stopped(
        int k, bool withFigures)
    {
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var i = 1; i <= Chunks; i++)
                {
                    await _pace.WaitAsync(call.Gone);
                    await call.SendTextAsync("tok ", withFigures ? i : null);
                }
            }, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        await LeaveAfterAsync(host, miner, k);

        await miner.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(1), Ct);
        var delivery = await host.Delivery.WaitAsync(TimeSpan.FromSeconds(2), Ct);
        Assert.Equal(DeliveryStatus.ClientGone, delivery.Status);
        Assert.Equal(k == 0 ? Usage.None : new(withFigures ? 7 : 5, 0, k, 0), delivery.Usage);
        Assert.Equal(k > 0 && !withFigures, delivery.Estimated);
        Assert.Equal(AttemptEnd.Cancelled, delivery.Attempts.Single().End);
        Assert.Equal(0, host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().InFlight);
        Assert.Equal(0, host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().Failures);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_miner_that_dies_after_k_chunks_is_retried_before_the_first_and_an_error_after(int k)
    {
        await using var dying = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var i = 1; i <= k; i++)
                {
                    await _pace.WaitAsync(call.Gone);
                    await call.SendTextAsync("tok ");
                }

                await _pace.WaitAsync(call.Gone);
                await call.BreakAsync();
            }, Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(dying.Address, good.Address), Ct);

        var body = await ReadPacedAsync(host);

        var delivery = await host.Delivery;
        Assert.Equal(k == 0 ? DeliveryStatus.Complete : DeliveryStatus.FailedMidStream, delivery.Status);
        Assert.Equal(k == 0 ? 1 : 0, good.Calls.Count);
        Assert.Equal((AttemptEnd.Failed, (long)k), (delivery.Attempts[0].End, delivery.Attempts[0].OutputTo));
        if (k > 0)
        {
            StreamTests.AssertEndsInError(body, "all_experts_failed");
        }
    }

    [Fact]
    public async Task Complaint_06_An_error_frame_behind_content_ends_the_stream_and_is_never_output()
    {
        await using var bad = await ScriptedMiner.StartAsync(
            async call =>
            {
                await _pace.WaitAsync(call.Gone);
                await call.SendTextAsync("good");
                await _pace.WaitAsync(call.Gone);
                await call.SendAsync("data: {\"error\":{\"message\":\"secret of the miner\"}}\n\n");
            }, Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address), Ct);

        var body = await ReadPacedAsync(host);

        Assert.Equal(DeliveryStatus.FailedMidStream, (await host.Delivery).Status);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        StreamTests.AssertEndsInError(body, "all_experts_failed");
    }

    [Fact]
    public async Task A_finish_before_a_broken_connection_is_a_complete_answer()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                await _pace.WaitAsync(call.Gone);
                await call.SendAsync(ChatFrames.Text("all of it") + ChatFrames.Finish());
                await _pace.WaitAsync(call.Gone);
                await call.BreakAsync();
            }, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        await ReadPacedAsync(host);

        var delivery = await host.Delivery;
        Assert.Equal((DeliveryStatus.Complete, true), (delivery.Status, delivery.Estimated));
    }

    [Theory]
    [InlineData(CutReason.MaxTokens, DeliveryStatus.CutByLimit, "max_tokens")]
    [InlineData(CutReason.MaxCost, DeliveryStatus.CutByMaxCost, "max_cost")]
    public async Task At_the_limit_the_stream_is_cut_and_the_miner_stopped(
        CutReason limit, DeliveryStatus status, string reason)
    {
        await using var miner = await ScriptedMiner.StartAsync(EndlessAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Allowance = new() { OutputTokensLimit = 5, CoveredOutputTokens = 5, LimitReason = limit },
            }, Ct);

        var body = await ReadPacedAsync(host);

        await AssertCutAsync(host, body, status, reason, tokens: 5);
        await miner.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(1), Ct);
    }

    [Fact]
    public async Task Without_credit_the_stream_stops_before_the_first_uncovered_token()
    {
        await using var miner = await ScriptedMiner.StartAsync(EndlessAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address) { Allowance = new() { CoveredOutputTokens = 6, Credit = 6 } }, Ct);

        var body = await ReadPacedAsync(host);

        await AssertCutAsync(host, body, DeliveryStatus.CutByCredit, "credit_exhausted", tokens: 6);
        Assert.Equal([1030, 262, 70, 22, 10, 7], host.Setup.Allowance.Asked.Distinct());
        await miner.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(1), Ct);
    }

    [Fact]
    public async Task Credit_for_less_than_a_whole_step_is_delivered_to_the_last_token()
    {
        await using var miner = await ScriptedMiner.StartAsync(EndlessAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address) { Allowance = new() { CoveredOutputTokens = 6, Credit = 17 } }, Ct);

        var body = await ReadPacedAsync(host);

        await AssertCutAsync(host, body, DeliveryStatus.CutByCredit, "credit_exhausted", tokens: 17);
    }

    [Fact]
    public async Task An_extension_that_hangs_is_waited_for_50_ms_and_no_longer()
    {
        await using var miner = await ScriptedMiner.StartAsync(EndlessAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Allowance = new() { CoveredOutputTokens = 6, Pause = new TaskCompletionSource().Task },
            }, Ct);
        var started = Stopwatch.GetTimestamp();

        var body = await ReadPacedAsync(host);

        await AssertCutAsync(host, body, DeliveryStatus.CutByCredit, "credit_exhausted", tokens: 6);
        Assert.Single(host.Setup.Allowance.Asked);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.05, 3);
    }

    [Fact]
    public async Task Credit_is_extended_at_half_and_the_stream_goes_on()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var i = 0; i < 2100; i++)
                {
                    await call.SendTextAsync("t");
                }

                await call.SendAsync(ChatFrames.Finish() + ChatFrames.Done);
            }, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address) { Allowance = new() { CoveredOutputTokens = 10 } }, Ct);

        await host.AskAsync(Ct);

        var delivery = await host.Delivery;
        Assert.Equal((DeliveryStatus.Complete, 2100L), (delivery.Status, delivery.Usage.Output));
        Assert.Equal([1034, 2058, 3082, 4096], host.Setup.Allowance.Asked);
    }

    private async Task EndlessAsync(MinerCall call)
    {
        while (true)
        {
            await _pace.WaitAsync(call.Gone);
            await call.SendTextAsync("tok ");
        }
    }

    private async Task LeaveAfterAsync(RouterHost host, ScriptedMiner miner, int k)
    {
        using var leaving = new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(leaving.Token, Ct);
        // The response starts with the first chunk, so its release must come before the wait for headers.
        if (k > 0)
        {
            _pace.Release();
        }

        var posting = host.PostAsync("""{"model":"m","messages":[]}""", linked.Token);
        if (k == 0)
        {
            await Waiting.UntilAsync(() => miner.Calls.Count == 1);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
            return;
        }

        using var response = await posting;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(linked.Token));
        for (var read = 0; read < k;)
        {
            var line = await reader.ReadLineAsync(linked.Token);
            read += line!.StartsWith("data: ", StringComparison.Ordinal) ? 1 : 0;
            if (line.Length > 0 && read < k)
            {
                _pace.Release();
            }
        }

        await leaving.CancelAsync();
    }

    // Every frame read lets the miner send the next one.
    private async Task<string> ReadPacedAsync(RouterHost host)
    {
        _pace.Release();
        using var response = await host.PostAsync("""{"model":"m","messages":[]}""", Ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
        var lines = new List<string>();
        while (await reader.ReadLineAsync(Ct) is { } line)
        {
            lines.Add(line);
            if (line.Length > 0)
            {
                _pace.Release();
            }
        }

        return string.Join('\n', lines) + "\n";
    }

    private static async Task AssertCutAsync(
        RouterHost host, string body, DeliveryStatus status, string reason, long tokens)
    {
        var delivery = await host.Delivery;
        Assert.Equal((status, tokens, "length"), (delivery.Status, delivery.Usage.Output, delivery.FinishReason));
        var frames = Frames.Parse(body);
        Assert.Equal("length", frames[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(reason, frames[^1].GetProperty("x_gateway").GetProperty("reason").GetString());
        Assert.Contains("[DONE]", body, StringComparison.Ordinal);
        Assert.Equal(tokens * "tok ".Length, Frames.Text(body).Length);
    }
}
