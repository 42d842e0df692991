using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Planning;

public sealed class PlannerTests
{
    private readonly LoadTable _loads = new(new FakeTimeProvider());

    [Fact]
    public void An_unknown_model_names_those_on_offer()
    {
        var planned = Plan([Experts.Of("a", "m2"), Experts.Of("b", "m1"), Experts.Of("c", "m1")], model: "m3");

        Assert.Equal([new("m1"), new("m2")], Assert.IsType<Planned.UnknownModel>(planned).Available);
    }

    [Fact]
    public void Auto_takes_experts_of_every_model()
    {
        var plan = Route(Plan([Experts.Of("a", "m1"), Experts.Of("b", "m2")], model: "auto"));

        Assert.Equal(["m1", "m2"], plan.Models.Select(model => model.Value).Order(StringComparer.Ordinal));
        Assert.IsType<Planned.NoExpert>(Plan([], model: "auto"));
    }

    [Theory]
    [InlineData("sn4", "", "sn4/5A sn4/5B")]
    [InlineData("5C", "", "sn7/5C")]
    [InlineData("static/x", "", "static/x")]
    [InlineData("sn4", "5A", "sn4/5B")]
    [InlineData("", "sn4 static/x", "sn7/5C")]
    [InlineData("x", "", "static/x")]
    [InlineData("sn9", "", null)]
    [InlineData("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "", null)]
    public void Only_and_exclude_take_subnets_hotkeys_and_names(string only, string exclude, string? expected)
    {
        Upstream[] upstreams =
        [
            Experts.Miner(4, "5A", "m"), Experts.Miner(4, "5B", "m"),
            Experts.Miner(7, "5C", "m"), Experts.Of("static/x", "m"),
        ];

        var planned = Plan(upstreams, wish: RouteWish.None with { Only = Split(only), Exclude = Split(exclude) });

        if (expected is null)
        {
            Assert.Equal(4, Assert.IsType<Planned.NoExpert>(planned).RejectedByReason["only"]);
            return;
        }

        Assert.Equal(
            Split(expected), Route(planned).Candidates.Select(upstream => upstream.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("sn+4", "")]
    [InlineData("sn", "")]
    [InlineData("", "X")]
    [InlineData("x", "static/y")]
    [InlineData("", "static/")]
    public void A_wish_that_names_nobody_is_told_and_not_ignored(string only, string exclude)
    {
        var wish = RouteWish.None with { Only = Split(only), Exclude = Split(exclude) };
        var unknown = Assert.IsType<Planned.UnknownExpert>(Plan([Experts.Of("static/x", "m")], wish: wish));

        Assert.Equal(
            exclude.Length > 0 ? (exclude, true) : (only, false), (unknown.Name, unknown.IsExcluded));
    }

    [Fact]
    public void Another_models_expert_is_known_by_name() => Assert.IsType<Planned.Route>(Plan(
        [Experts.Of("static/x", "m"), Experts.Of("static/y", "m2")],
        wish: RouteWish.None with { Exclude = ["y"] }));

    [Fact]
    public void Auto_stays_within_the_models_that_are_allowed()
    {
        var table = Experts.View([Experts.Of("a", "m1"), Experts.Of("b", "m2")], _loads);
        var request = new RouteRequest(default, ModelId.Auto, Features.None, RouteWish.None);

        Assert.Equal([new("m2")], Route(Planner.Plan(table, request with { Models = ["m2"] })).Models);
        var none = Assert.IsType<Planned.NoExpert>(Planner.Plan(table, request with { Models = ["m3"] }));
        Assert.Equal(2, none.RejectedByReason["forbidden"]);
    }

    [Fact]
    public void Refusals_are_counted_by_reason()
    {
        var planned = Plan(
            [Experts.Miner(4, "5A", "m"), Experts.Of("static/x", "m"), Experts.Of("static/y", "other")],
            wish: RouteWish.None with { Exclude = ["sn4"], Privacy = Privacy.Tee });

        Assert.Equal(
            new Dictionary<string, int> { ["excluded"] = 1, ["privacy"] = 1, ["model"] = 1 },
            Assert.IsType<Planned.NoExpert>(planned).RejectedByReason);
    }

    [Fact]
    public void What_every_expert_lacks_is_named()
    {
        Upstream[] upstreams = [Experts.Of("a", "m", Features.Tools), Experts.Of("b", "m", Features.Json)];

        Assert.Equal(Features.Vision, Missing(Plan(upstreams, needs: Features.Tools | Features.Vision)));
        Assert.NotEqual(Features.None, Missing(Plan(upstreams, needs: Features.Tools | Features.Json)));
        Assert.Equal("a", Route(Plan(upstreams, needs: Features.Tools)).Candidates.Single().Name);
    }

    [Fact]
    public void Who_failed_last_comes_last_and_the_idle_before_the_busy()
    {
        Upstream[] upstreams = [Experts.Of("failing", "m"), Experts.Of("busy", "m"), Experts.Of("idle", "m")];
        Fail(upstreams[0], 4);
        Enumerable.Range(0, 2).ToList().ForEach(_ => _loads.Of(upstreams[1]).Begin());

        var firsts = Enumerable.Range(1, 300).Select(i => Route(Plan(upstreams, request: Id(i))).Candidates[0].Name)
            .CountBy(name => name).ToDictionary();

        Assert.True(firsts["idle"] > 290, $"{firsts["idle"]} of 300");
        Assert.DoesNotContain("busy", firsts.Keys);
    }

    [Fact]
    public void Equal_experts_are_shuffled_by_the_request_and_a_replay_agrees()
    {
        Upstream[] upstreams = [.. Enumerable.Range(0, 10).Select(i => Experts.Of($"e{i}", "m"))];
        var firsts = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            var request = Id(i);
            var plan = Route(Plan(upstreams, request: request));

            Assert.Equal(3, plan.Candidates.Count);
            Assert.Equal(plan.Candidates, Route(Plan(upstreams, request: request)).Candidates);
            firsts.Add(plan.Candidates[0].Name);
        }

        Assert.Equal(10, firsts.Count);
    }

    [Fact]
    public void An_ejected_expert_sits_out_unless_more_than_half_are()
    {
        Upstream[] upstreams = [Experts.Of("a", "m"), Experts.Of("b", "m"), Experts.Of("c", "m")];
        Fail(upstreams[0], 5);
        Assert.DoesNotContain(upstreams[0], Route(Plan(upstreams)).Candidates);

        Fail(upstreams[1], 6);

        var plan = Route(Plan(upstreams));
        Assert.Equal("c", plan.Candidates[0].Name);
        Assert.Equal(3, plan.Candidates.Count);
    }

    [Fact]
    public void Ejections_of_one_model_do_not_free_those_of_another()
    {
        Upstream[] upstreams =
            [Experts.Of("a", "m1"), Experts.Of("b", "m1"), Experts.Of("c", "m2")];
        Fail(upstreams[0], 5);
        Fail(upstreams[2], 5);

        var names = Route(Plan(upstreams, model: "auto")).Candidates.Select(upstream => upstream.Name);

        Assert.Equal(["b", "c"], names.Order());
    }

    [Fact]
    public void A_full_expert_gets_no_more()
    {
        Upstream[] upstreams = [Experts.Of("a", "m")];
        for (var i = 0; i < UpstreamLoad.MaxInFlight; i++)
        {
            _loads.Of(upstreams[0]).Begin();
        }

        Assert.Equal(1, Assert.IsType<Planned.NoExpert>(Plan(upstreams)).RejectedByReason["capacity"]);
    }

    [Fact]
    public void A_plan_has_no_model_that_is_never_asked()
    {
        Upstream[] upstreams = [.. Enumerable.Range(0, 8).Select(i => Experts.Of($"e{i}", $"m{i}"))];

        var plan = Route(Plan(upstreams, model: "auto"));

        Assert.Equal(plan.Candidates.Select(upstream => upstream.Model), plan.Models);
        Assert.Equal(3, plan.Models.Count);
    }

    [Fact]
    public void A_plan_that_turns_nobody_away_allocates_no_tables()
    {
        var table = Experts.View([Experts.Of("a", "m"), Experts.Of("b", "m")], _loads);
        var request = new RouteRequest(default, new("m"), Features.None, RouteWish.None);
        Planner.Plan(table, request);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Planner.Plan(table, request);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The plan, its record and its lists.
        Assert.InRange(allocated, 1, 2000);
    }

    [Fact]
    public void Without_fallback_there_is_one_candidate()
    {
        Upstream[] upstreams = [Experts.Of("a", "m"), Experts.Of("b", "m")];

        Assert.Single(Route(Plan(upstreams, wish: RouteWish.None with { Fallback = false })).Candidates);
    }

    [Fact]
    public async Task The_table_is_rebuilt_when_the_snapshot_changes_and_only_then()
    {
        var source = new FakeSource([Experts.Of("a", "m")]);
        await using var owner = new GateOwner(new(new(), Guid.Empty), TimeProvider.System);
        var views = new RoutingViews(source, new NoPrices(), _loads, owner, NullLogger<RoutingViews>.Instance);
        var first = views.Current;
        Assert.Same(first, views.Current);

        source.Swap(Experts.Of("b", "m"));

        Assert.Equal("b", views.Current.Table.Experts.Single().Upstream.Name);
        Assert.Equal(1, _loads.Count);
    }

    [Fact]
    public async Task The_board_sums_up_a_model_over_its_experts()
    {
        var source = new FakeSource(
        [
            Experts.Of("a", "m", Features.Tools) with { Quality = Quality.Demo },
            Experts.Of("b", "m", Features.Json) with { ContextLength = 32_768 },
            Experts.Of("c", "d") with { Quality = Quality.Demo },
        ]);
        await using var owner = new GateOwner(new(new(), Guid.Empty), TimeProvider.System);
        var views = new RoutingViews(source, new NoPrices(), _loads, owner, NullLogger<RoutingViews>.Instance);
        var shelf = new TraceShelf();
        var board = new RouteBoard(
            source, views, _loads, shelf, new(owner, views, shelf, TimeProvider.System), TimeProvider.System);

        Assert.Equal(
            [new(new("d"), 1, Features.All, Quality.Demo, 8192, 4096),
                new(new("m"), 2, Features.Tools | Features.Json, Quality.Real, 32_768, 4096)],
            board.Models);
        source.Swap();
        Assert.Empty(board.Models);
    }

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static RoutePlan Route(Planned planned) => Assert.IsType<Planned.Route>(planned).Plan;

    private static Features Missing(Planned planned) => Assert.IsType<Planned.Unsupported>(planned).Missing;

    private Planned Plan(
        IReadOnlyList<Upstream> upstreams, string model = "m", Features needs = Features.None, RouteWish? wish = null,
        RequestId request = default) =>
        Planner.Plan(Experts.View(upstreams, _loads), new(request, new(model), needs, wish ?? RouteWish.None));

    private static RequestId Id(int number) => new(new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));

    private void Fail(Upstream upstream, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _loads.Of(upstream).Begin();
            _loads.Of(upstream).End(AttemptMark.Bad);
        }
    }
}
