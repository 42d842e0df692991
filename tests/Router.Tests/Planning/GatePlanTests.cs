using System.Diagnostics;
using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Learning;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Tasks;
using Gateway.Router.Traces;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Planning;

/// <summary>Plans made through the gate: what it learned decides, and no nonsense from outside breaks one.</summary>
public sealed class GatePlanTests(ITestOutputHelper output)
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    private readonly GateBook _book = new(new() { TrustClusters = false }, Guid.Empty);

    private LoadTable Loads => field ??= new(_time);

    [Fact]
    public void What_was_learned_decides()
    {
        Upstream[] upstreams = [.. Enumerable.Range(0, 12).Select(i => Miner($"5{i}", "m"))];
        Experts.View(upstreams, Loads, _book);
        for (var i = 0; i < 12 * 30; i++)
        {
            _book.Apply(new(i % 12, default, (i % 12) == 7 ? 1 : 0.2, 1, 0.6, 0), 0);
        }

        var firsts = Firsts(Experts.View(upstreams, Loads, _book), Request("m"), 200);

        Assert.True(firsts["sn4/57"] > 195, $"{firsts["sn4/57"]} of 200");
    }

    [Fact]
    public void Kinds_of_work_are_told_from_the_text_and_decide_once_they_are_trusted()
    {
        Upstream[] upstreams = [Miner("5a", "adds"), Miner("5b", "sings")];
        var reservoir = new PromptReservoir(1);
        var buffer = new FeatureBuffer();
        for (var i = 0; i < 16; i++)
        {
            FeatureHasher.Count(i % 2 == 0 ? "add the numbers" : "translate this poem", buffer);
            reservoir.Offer(buffer);
        }

        _book.Clusters = reservoir.Fit(TaskClusters.None, 1);
        Experts.View(upstreams, Loads, _book);
        var sums = _book.Clusters.Place("add the numbers", buffer).Cluster(0);
        for (var i = 0; i < 400; i++)
        {
            var (miner, cluster) = (i % 2, i / 2 % 2);
            var isGood = (miner == 0) == (cluster == sums);
            _book.Apply(new(miner, TaskMix.Of(cluster), isGood ? 1 : 0.3, 1, 0.65, 0), 0);
        }

        var wish = RouteWish.None with { Strategy = Strategy.Cheapest, Explore = false };
        foreach (var trusts in (bool[])[false, true])
        {
            _book.TrustsClusters = trusts;
            var view = Experts.View(upstreams, Loads, _book);
            var adding = Plan(view, Request("auto") with { Text = "Add the numbers 4 and 5", Wish = wish });
            var poem = Plan(view, Request("auto") with { Text = "translate this poem", Wish = wish });

            Assert.Equal(sums, adding.Record!.Mix.Cluster(0));
            Assert.Equal(trusts, adding.Candidates[0].Name != poem.Candidates[0].Name);
            Assert.Equal(trusts, adding.Record!.TrustsClusters);
            Assert.Equal(0, Plan(view, Request("auto")).Record!.Mix.Count);
            Assert.Contains("\"task_mix\":[{\"cluster\":", Json(Id(1), poem.Record!), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_a_draw_among_models_is_evidence_about_other_ways_to_choose()
    {
        var view = Experts.View(
            [.. Enumerable.Range(0, 12).Select(i => Miner($"5{i}", $"m{i % 2}"))], Loads, _book);
        var free = RouteWish.None with { Explore = false };
        var record = Plan(view, Request("auto") with { Wish = free }).Record!;
        var chosen = record.Facts.First(facts => facts.Slot == record.Decision.Slot);
        var own = record.PropensityOf(chosen);

        Assert.InRange(record.PropensityOfModel(chosen), own, 1);
        Assert.Equal(0, Of(Request("m0") with { Wish = free }));
        Assert.Equal(0, Of(Request("auto") with { Wish = free with { Models = [new("m0"), new("m1")] } }));
        Assert.Equal(0, Of(Request("auto") with { Wish = free with { Strategy = Strategy.Cheapest } }));

        double Of(RouteRequest request)
        {
            var other = Plan(view, request).Record!;
            return other.PropensityOfModel(other.Facts.First(facts => facts.Slot == other.Decision.Slot));
        }
    }

    [Fact]
    public void Where_exploration_is_switched_off_no_request_explores()
    {
        Assert.NotEqual(0, Explored(explores: true));
        Assert.Equal(0, Explored(explores: false));

        int Explored(bool explores)
        {
            var view = Experts.View(
                [.. Enumerable.Range(0, 12).Select(i => Miner($"5{i}", "m"))], Loads, _book, explores: explores);
            return Enumerable.Range(1, 2000).Count(i =>
                Plan(view, Request("m") with { Request = Id(i) }).Record!.Decision.IsExploration);
        }
    }

    [Fact]
    public void A_replay_is_equal_to_the_bit()
    {
        var view = Experts.View([.. Enumerable.Range(0, 40).Select(i => Miner($"5{i}", "m"))], Loads, _book);
        for (var i = 1; i < 50; i++)
        {
            var request = Request("auto") with { Request = Id(i) };
            var (left, right) = (Plan(view, request).Record!, Plan(view, request).Record!);

            Assert.Equal(left.Facts, right.Facts);
            Assert.Equal(left.Decision.Slot, right.Decision.Slot);
            Assert.Equal(
                Json(request.Request, left), Json(request.Request, right));
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-0.5)]
    [InlineData(1.5)]
    public void An_incentive_that_is_nonsense_masks_its_miner_and_no_other(double incentive)
    {
        var view = Experts.View(
            [Miner("5bad", "m") with { IncentivePercentile = incentive }, Miner("5good", "m")], Loads, _book);

        Assert.Equal("sn4/5good", Assert.Single(Plan(view, Request("m")).Candidates).Name);
        var alone = Experts.View([Miner("5bad", "m") with { IncentivePercentile = incentive }], Loads, _book);
        var none = Assert.IsType<Planned.NoExpert>(Planner.Plan(alone, Request("m")));
        Assert.Equal(1, none.RejectedByReason["masked"]);
    }

    [Fact]
    public void Times_that_are_nonsense_teach_nothing()
    {
        var view = Experts.View([Miner("5a", "m"), Miner("5b", "m")], Loads, _book);
        foreach (var seconds in (double[])[double.NaN, double.NegativeInfinity, -1, double.PositiveInfinity])
        {
            view.Table.Experts[0].Load.Learn(new(IsStream: true, seconds, seconds, 10));
        }

        var plan = Plan(view, Request("m") with { Wish = RouteWish.None with { Strategy = Strategy.Fastest } });

        Assert.Equal(2, plan.Candidates.Count);
        Assert.All(plan.Record!.Facts, facts => Assert.True(float.IsFinite(facts.Seconds)));
    }

    [Fact]
    public void Fastest_and_cheapest_stay_near_the_best_quality()
    {
        var prices = new Prices { ["dear"] = 100, ["cheap"] = 1, ["bad"] = 0 };
        Upstream[] upstreams = [Miner("5a", "dear"), Miner("5b", "cheap"), Miner("5c", "bad")];
        Experts.View(upstreams, Loads, _book);
        for (var i = 0; i < 3 * 200; i++)
        {
            var result = (i % 3) switch { 0 => 0.95, 1 => 0.9, _ => 0.3 };
            _book.Apply(new(i % 3, default, result, 1, result, 0), 0);
        }

        var view = Experts.View(upstreams, Loads, _book, prices);
        Loads.Of(upstreams[0]).Learn(new(IsStream: true, 0.1, 0.2, 2));
        Loads.Of(upstreams[1]).Learn(new(IsStream: true, 3, 4, 2));
        Loads.Of(upstreams[2]).Learn(new(IsStream: true, 0.01, 0.02, 2));

        Assert.Equal("sn4/5b", First(view, Strategy.Cheapest));
        Assert.Equal("sn4/5a", First(view, Strategy.Fastest));
    }

    [Fact]
    public void A_full_upstream_is_passed_over_but_serves_when_all_are_full()
    {
        var view = Experts.View([Miner("5a", "m"), Miner("5b", "m")], Loads, _book);
        Begin(view, 0, 2);
        Assert.Equal("sn4/5b", Assert.Single(Plan(view, Request("m")).Candidates).Name);

        Begin(view, 1, 8);

        Assert.Equal("sn4/5a", Plan(view, Request("m")).Candidates[0].Name);
    }

    [Fact]
    public void An_upstream_that_asks_to_be_left_alone_is()
    {
        var view = Experts.View([Miner("5a", "m"), Miner("5b", "m")], Loads, _book);
        view.Table.Experts[0].Load.Begin();
        view.Table.Experts[0].Load.End(AttemptMark.Busy, coolFor: TimeSpan.FromSeconds(20));

        Assert.Equal("sn4/5b", Assert.Single(Plan(view, Request("m")).Candidates).Name);
        _time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(2, Plan(view, Request("m")).Candidates.Count);
    }

    [Fact]
    public void One_organisations_failures_take_an_expert_from_that_one_alone()
    {
        var (own, other) = (Id(1).Value, Id(2).Value);
        var view = Experts.View([Miner("5a", "m"), Miner("5b", "m")], Loads, _book);
        for (var i = 0; i < 5; i++)
        {
            view.Table.Experts[0].Load.Begin();
            view.Table.Experts[0].Load.End(AttemptMark.Bad, own);
        }

        Assert.Equal("sn4/5b", Assert.Single(Plan(view, Request("m") with { Owner = own }).Candidates).Name);
        Assert.Equal(2, Plan(view, Request("m") with { Owner = other }).Candidates.Count);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(2, Plan(view, Request("m") with { Owner = own }).Candidates.Count);
    }

    [Fact]
    public void Fallbacks_are_other_operators_first()
    {
        Upstream[] upstreams =
        [
            .. Enumerable.Range(0, 6).Select(i => Miner($"5{i}", "m") with { Operator = "one" }),
            Miner("5x", "m") with { Operator = "two" }, Miner("5y", "m") with { Operator = "three" },
        ];
        var view = Experts.View(upstreams, Loads, _book);

        for (var i = 1; i < 30; i++)
        {
            var candidates = Plan(view, Request("m") with { Request = Id(i) }).Candidates;
            Assert.Equal(3, candidates.Select(candidate => candidate.Operator).Distinct().Count());
        }
    }

    [Fact]
    public void A_conversation_stays_where_its_beginning_is_in_memory()
    {
        var prices = new Prices { ["m"] = 10 };
        var view = Experts.View(
            [.. Enumerable.Range(0, 6).Select(i => Miner($"5{i}", "m"))], Loads, _book, prices);
        var memory = new PrefixMemory(_time);
        memory.Remember(9, view.Table.Experts[4].Miner);

        for (var i = 1; i < 30; i++)
        {
            var wish = RouteWish.None with { Explore = false };
            var request = Request("m") with { Request = Id(i), Prefix = 9, Wish = wish };
            var planned = Planner.Plan(view, request, memory.Find(9));
            Assert.Equal("sn4/54", Assert.IsType<Planned.Route>(planned).Plan.Candidates[0].Name);
        }

        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(-1, memory.Find(9));
    }

    [Fact]
    public async Task A_metagraph_that_changes_under_way_breaks_no_plan()
    {
        var source = new FakeSource([.. Enumerable.Range(0, 200).Select(i => Miner($"5{i}", "m"))]);
        await using var owner = new GateOwner(_book, _time);
        var views = new RoutingViews(source, new NoPrices(), Loads, owner, NullLogger<RoutingViews>.Instance);
        using var done = new CancellationTokenSource();
        var planning = Task.Run(() =>
        {
            var count = 0;
            while (!done.IsCancellationRequested || count == 0)
            {
                var plan = Plan(views.Current, Request("auto") with { Request = Id(++count) });
                owner.TryLearn(new GateOutcome(
                    plan.Record!.Facts[0].Expert.Miner, default, 1, 1, 0.5, owner.Now));
            }

            return count;
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 50; i++)
        {
            var shift = i;
            source.Swap([.. Enumerable.Range(shift, 200).Select(n => Miner($"5{n}", "m"))]);
            _ = views.Current;
        }

        await done.CancelAsync();
        Assert.True(await planning > 0);
    }

    [Fact]
    public void Four_thousand_miners_cost_a_plan_little_and_nothing_for_each()
    {
        var view = Experts.View(
            [.. Enumerable.Range(0, 4096).Select(i => Miner($"5{i}", $"m{i % 8}"))], Loads, _book);
        var text = string.Concat(Enumerable.Repeat("Write a program that adds the numbers of a file. ", 10));
        var micros = new double[2000];
        var before = 0L;
        for (var i = -20_000; i < micros.Length; i++)
        {
            before = i == 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
            var started = Stopwatch.GetTimestamp();
            Plan(view, Request("auto") with { Request = Id(i + 30_000), Text = text });
            micros[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / micros.Length;
        Array.Sort(micros);
        output.WriteLine($"p50 {micros[1000]:0} us, p99 {micros[1980]:0} us, {bytes} bytes a plan");
        Assert.InRange(bytes, 1, 4096);
        Assert.True(micros[1000] < 2000, $"{micros[1000]} us");
    }

    private static string Json(RequestId request, PlanRecord record) => System.Text.Encoding.UTF8.GetString(
        TraceJson.Write(new(request, Guid.Empty, default, 1, record, [], null)));

    private static RoutePlan Plan(RoutingView view, RouteRequest request) =>
        Assert.IsType<Planned.Route>(Planner.Plan(view, request)).Plan;

    private static string First(RoutingView view, Strategy strategy) =>
        Plan(view, Request("auto") with { Wish = RouteWish.None with { Strategy = strategy, Explore = false } })
            .Candidates[0].Name;

    private static Dictionary<string, int> Firsts(RoutingView view, RouteRequest request, int count) =>
        Enumerable.Range(1, count).Select(i => Plan(view, request with { Request = Id(i) }).Candidates[0].Name)
            .CountBy(name => name).ToDictionary();

    private static RouteRequest Request(string model) => new(Id(1), new(model), Features.None, RouteWish.None);

    private static RequestId Id(int number) => new(new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

    private static Upstream Miner(string hotkey, string model) => Experts.Miner(4, hotkey, model);

    private static void Begin(RoutingView view, int slot, int times)
    {
        for (var i = 0; i < times; i++)
        {
            view.Table.Experts[slot].Load.Begin();
        }
    }

    /// <summary>A price per output token in millionths of a USD; cached input is cheaper.</summary>
    private sealed class Prices : Dictionary<string, long>, IModelPrices
    {
        public bool TryGet(ModelId model, out ModelPrices prices)
        {
            var isKnown = TryGetValue(model.Value, out var price);
            prices = new(new(price * 1_000_000), new(0), new(price * 1_000_000), new(0));
            return isKnown;
        }
    }
}
