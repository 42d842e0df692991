using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Planning;

/// <summary>Nonsense and sudden changes from outside are never an exception, and never a route to an ejected miner.
/// </summary>
public sealed class BadInputTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    private readonly GateBook _book = new(new() { TrustClusters = false }, Guid.Empty);

    private LoadTable Loads => field ??= new(_time);

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public void None_and_ten_thousand_candidates_are_planned(int count)
    {
        var view = Experts.View([.. Enumerable.Range(0, count).Select(i => Miner($"5{i}", i))], Loads, _book);
        foreach (var strategy in Enum.GetValues<Strategy>())
        {
            var planned = Planner.Plan(view, Request(1) with { Wish = RouteWish.None with { Strategy = strategy } });

            if (count == 0)
            {
                Assert.Empty(Assert.IsType<Planned.NoExpert>(planned).RejectedByReason);
                continue;
            }

            var record = Assert.IsType<Planned.Route>(planned).Plan.Record!;
            Assert.Equal(count, record.Eligible);
            Assert.All(record.Facts, facts => Assert.True(float.IsFinite(facts.Quality)));
        }
    }

    [Fact]
    public void A_negative_price_masks_its_model_and_no_other()
    {
        var view = Experts.View(
            [Miner("5a", 0), Miner("5b", 1) with { Model = new("dear") }], Loads, _book, new NegativePrices());

        for (var i = 1; i < 50; i++)
        {
            var plan = Assert.IsType<Planned.Route>(Planner.Plan(view, Request(i))).Plan;
            Assert.Equal("sn4/5b", Assert.Single(plan.Candidates).Name);
        }

        var alone = Planner.Plan(view, Request(1) with { Model = new("m") });
        Assert.Equal(1, Assert.IsType<Planned.NoExpert>(alone).RejectedByReason["masked"]);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NegativeInfinity)]
    public void A_score_that_is_none_changes_no_plan(double score)
    {
        Upstream[] upstreams = [.. Enumerable.Range(0, 20).Select(i => Miner($"5{i}", i))];
        var before = Slots(Experts.View(upstreams, Loads, _book));
        for (var i = 0; i < 20; i++)
        {
            _book.Apply(new(i, default, score, 1, 0.6, 0), 0);
            _book.Apply(new(i, default, 1, 1, score, 0), 0);
            _book.Correct(new(i, default, 1, 1, 0.6, 0), score, 0);
        }

        Assert.Equal(60, _book.Refused);
        Assert.Equal(before, Slots(Experts.View(upstreams, Loads, _book)));
    }

    [Fact]
    public void A_uid_that_another_hotkey_took_over_inherits_neither_trust_nor_suspicion()
    {
        var (old, other) = (Miner("5old", 7), Miner("5other", 8));
        var view = Experts.View([old, other], Loads, _book);
        for (var i = 0; i < 40; i++)
        {
            _book.Apply(new(0, default, 0, 1, 0.8, 0), 0);
        }

        Fail(view.Table.Experts[0]);
        var taken = Experts.View([Miner("5new", 7), other], Loads, _book);
        var fresh = taken.Table.Experts.Single(expert => expert.Upstream.Uid == 7);

        Assert.False(fresh.Load.Read().Ejected);
        Assert.Equal(0, fresh.Load.Read().Failures);
        var slot = Array.IndexOf(taken.Table.Experts, fresh);
        Assert.Equal((float)ChainPrior.Unknown, taken.Gate.Integrity[slot], 1e-5f);
        Assert.Equal(0, taken.Gate.Handicap[slot]);
    }

    [Fact]
    public async Task A_metagraph_that_changes_frees_nobody_who_is_ejected()
    {
        var source = new FakeSource([.. Enumerable.Range(0, 30).Select(i => Miner($"5{i}", i))]);
        await using var owner = new GateOwner(_book, _time);
        var views = new RoutingViews(source, new NoPrices(), Loads, owner, NullLogger<RoutingViews>.Instance);
        foreach (var expert in views.Current.Table.Experts.Where(expert => expert.Upstream.Uid < 10))
        {
            Fail(expert);
        }

        for (var i = 1; i < 100; i++)
        {
            // Ranks move with every block, and others come and go.
            var shift = i;
            source.Swap([.. Enumerable.Range(0, 30 + (i % 5)).Select(n =>
                Miner($"5{n}", n) with { IncentivePercentile = (n + shift) % 30 / 30.0 })]);
            var plan = Assert.IsType<Planned.Route>(Planner.Plan(views.Current, Request(i))).Plan;

            Assert.DoesNotContain(plan.Candidates, upstream => upstream.Uid < 10);
            Assert.Equal(10, RejectCounts.Named(plan.Record!.Rejected)["breaker"]);
        }
    }

    private static int[] Slots(RoutingView view) =>
    [
        .. Enumerable.Range(1, 100).Select(i =>
            Assert.IsType<Planned.Route>(Planner.Plan(view, Request(i))).Plan.Record!.Decision.Slot),
    ];

    private static void Fail(Expert expert)
    {
        for (var i = 0; i < 5; i++)
        {
            expert.Load.Begin();
            expert.Load.End(AttemptMark.Bad);
        }
    }

    private static Upstream Miner(string hotkey, int uid) => Experts.Miner(4, hotkey, "m") with { Uid = uid };

    private static RouteRequest Request(int number) =>
        new(new(new Guid(number, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1)), ModelId.Auto, Features.None, RouteWish.None);

    private sealed class NegativePrices : IModelPrices
    {
        public bool TryGet(ModelId model, out ModelPrices prices)
        {
            var price = model.Value == "m" ? -1 : 1;
            prices = new(new(price), new(0), new(price), new(0));
            return true;
        }
    }
}
