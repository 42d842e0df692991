using System.Diagnostics;
using System.Globalization;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

/// <summary>A second attempt beside a slow first one.</summary>
public sealed class HedgeTests(ITestOutputHelper output)
{
    private const int Requests = 60;
    private const int HungEvery = 25;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Complaint_08_Beside_a_hung_miner_another_answers_and_only_that_one_is_paid()
    {
        await using var run = await Run.StartAsync(isOneOperator: false);

        var hedged = await run.AskAllAsync();

        await using var plain = await Run.StartAsync(isOneOperator: true);
        var alone = await plain.AskAllAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"first tokens of {Requests} requests, a miner hung on {Requests / HungEvery}: "
            + $"hedged p50 {At(hedged, 50):0} ms, p99 {At(hedged, 99):0} ms; not hedged p50 {At(alone, 50):0} ms, "
            + $"p99 {At(alone, 99):0} ms"));

        // Not hedged, a first token is given up after two seconds at the earliest.
        Assert.True(At(alone, 99) >= 2000, $"{At(alone, 99)} ms");
        Delivery[] races = [.. run.Host.Deliveries.Where(delivery => delivery.Attempts is [{ Reason: "hedged" }, _])];
        Assert.NotEmpty(races);
        Assert.All(races, delivery =>
        {
            Assert.Equal(DeliveryStatus.Complete, delivery.Status);
            Assert.Equal((AttemptEnd.Cancelled, "hedged", 0L),
                (delivery.Attempts[0].End, delivery.Attempts[0].Reason, delivery.Attempts[0].OutputTo));
            Assert.Equal((AttemptEnd.Complete, delivery.Usage.Output),
                (delivery.Attempts[1].End, delivery.Attempts[1].OutputTo));
            Assert.Equal("static/1", delivery.Served?.Name);
        });
        await Task.WhenAll(run.Hung.Select(call => call.Aborted)).WaitAsync(Ct);
        Assert.Equal(0, run.Host.Loads.Of(run.Host.Setup.Source.Current.Upstreams[0]).Read().Failures);
        Assert.Equal("first_token_timeout",
            plain.Host.Deliveries.First(delivery => delivery.Attempts.Count == 2).Attempts[0].Reason);
    }

    [Fact]
    public async Task A_quiet_gateway_has_no_budget_to_hedge()
    {
        await using var run = await Run.StartAsync(isOneOperator: false);
        run.HangsAt = 1;

        await run.Host.AskAsync(Ct);

        Assert.Equal("first_token_timeout", (await run.Host.Delivery).Attempts[0].Reason);
    }

    [Fact]
    public async Task Where_hedging_is_switched_off_nothing_is_hedged()
    {
        await using var run = await Run.StartAsync(isOneOperator: false);
        run.Host.Setup.Source.Current = run.Host.Setup.Source.Current with { Hedges = false };

        await run.AskAllAsync();

        Assert.NotEmpty(run.Hung);
        Assert.DoesNotContain(
            run.Host.Deliveries, delivery => delivery.Attempts.Any(attempt => attempt.Reason == "hedged"));
    }

    [Fact]
    public async Task With_too_little_time_left_no_other_is_tried()
    {
        await using var failing = await ScriptedMiner.StartAsync(call => call.SendStatusAsync(500), Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            new(failing.Address, good.Address) { Limits = new() { Total = TimeSpan.FromSeconds(20) } }, Ct);

        await host.AskAsync(Ct);

        Assert.Single((await host.Delivery).Attempts);
        Assert.Empty(good.Calls);
    }

    private static double At(double[] sorted, int percent) =>
        sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    private sealed class Run(RouterHost host, ScriptedMiner first, ScriptedMiner second) : IAsyncDisposable
    {
        internal RouterHost Host => host;

        internal List<MinerCall> Hung { get; } = [];

        /// <summary>The first miner hangs on every call of this number.</summary>
        internal int HangsAt { get; set; } = HungEvery;

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            await first.DisposeAsync();
            await second.DisposeAsync();
        }

        internal static async Task<Run> StartAsync(bool isOneOperator)
        {
            Run? run = null;
            var first = await ScriptedMiner.StartAsync(call => run!.FirstAsync(call), Ct);
            var second = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
            var setup = new HostSetup(first.Address, second.Address);
            if (isOneOperator)
            {
                setup.Source.Swap([.. setup.Source.Current.Upstreams.Select(one => one with { Operator = "same" })]);
            }

            run = new(await RouterHost.StartAsync(setup, Ct), first, second);

            // Late is what takes longer than 400 ms or so, which a busy test machine seldom does.
            var load = run.Host.Loads.Of(setup.Source.Current.Upstreams[0]);
            for (var i = 0; i < 40; i++)
            {
                load.Learn(new(IsStream: true, 0.4, 0.5, 5));
            }

            return run;
        }

        /// <summary>Milliseconds of each request, sorted.</summary>
        internal async Task<double[]> AskAllAsync()
        {
            var took = new double[Requests];
            for (var i = 0; i < Requests; i++)
            {
                var began = Stopwatch.GetTimestamp();
                using var response = await host.PostAsync("""{"model":"m","messages":[]}""", Ct);
                took[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                await response.Content.ReadAsStringAsync(Ct);
            }

            await Waiting.UntilAsync(() => host.Deliveries.Count == Requests);
            Array.Sort(took);
            return took;
        }

        private async Task FirstAsync(MinerCall call)
        {
            if (first.Calls.Count % HangsAt != 0)
            {
                await StreamTests.HelloAsync(call);
                return;
            }

            Hung.Add(call);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone);
        }
    }
}
