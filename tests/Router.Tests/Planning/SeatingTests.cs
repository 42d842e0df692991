using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Planning;

/// <summary>Who is asked where several are.</summary>
public sealed class SeatingTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    private readonly GateBook _book = new(new() { TrustClusters = false }, Guid.Empty);

    private LoadTable Loads => field ??= new(_time);

    [Theory]
    [InlineData(Strategy.Vote, 3)]
    [InlineData(Strategy.Vote, 5)]
    [InlineData(Strategy.BestOf, 4)]
    [InlineData(Strategy.Compose, null)]
    public void No_plan_seats_one_operator_twice(Strategy strategy, int? experts)
    {
        // Forty miners of nine operators, two models.
        Upstream[] upstreams = [.. Enumerable.Range(0, 40).Select(i =>
            Experts.Miner(4, $"5{i}", i % 2 == 0 ? "m" : "n") with { Operator = $"op{i % 9}" })];
        var view = Experts.View(upstreams, Loads, _book);
        for (var i = 0; i < 200; i++)
        {
            var plan = Plan(view, Request("auto", strategy, experts) with
            {
                Answer = AnswerKind.Closed,
                Request = Id(i),
            });

            Assert.Equal(strategy == Strategy.Compose ? 2 : experts, plan.Lines.Count);
            string[] operators =
                [.. plan.Lines.SelectMany(line => line.Candidates).Select(upstream => upstream.Operator!)];
            Assert.Distinct(operators);
            Assert.Equal(plan.Candidates, plan.Lines[0].Candidates);
            Assert.All(plan.Lines, line => Assert.InRange(line.Candidates.Count, 1, 3));
        }
    }

    [Fact]
    public void One_who_is_stronger_is_asked_alone_and_the_plan_says_so()
    {
        Upstream[] upstreams = [.. Enumerable.Range(0, 5).Select(i => Experts.Miner(4, $"5{i}", "m"))];
        Experts.View(upstreams, Loads, _book);
        for (var i = 0; i < 5 * 40; i++)
        {
            _book.Apply(new(i % 5, default, i % 5 == 2 ? 1 : 0.5, 1, 0.6, 0), 0);
        }

        var plan = Plan(Experts.View(upstreams, Loads, _book), Request("m", Strategy.Vote, 3));

        Assert.Equal((Strategy.Best, "sn4/52"), (plan.Used, plan.Candidates[0].Name));
        Assert.Single(plan.Lines);
        Assert.StartsWith("'vote' is not held", plan.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_run_becomes_best_and_says_why()
    {
        Upstream[] two = [Experts.Of("static/a", "m"), Experts.Of("static/b", "m")];
        var view = Experts.View(two, Loads, _book);
        var alone = Experts.View([.. two.Select(one => one with { Operator = "same" })], Loads, _book);

        AssertBest(Plan(alone, Request("m", Strategy.Vote)), "two operators");
        AssertBest(Plan(view, Request("m", Strategy.BestOf)), "can be checked");
        AssertBest(Plan(view, Request("m", Strategy.Vote) with { Needs = Features.Tools }), "without tools");
        AssertBest(Plan(view, Request("m", Strategy.Compose) with { Answer = AnswerKind.Json }), "JSON");
        Assert.Equal(2, Plan(view, Request("m", Strategy.BestOf) with { Answer = AnswerKind.Code }).Lines.Count);
        Assert.Equal(2, Plan(view, Request("m", Strategy.Vote, 8)).Lines.Count);
    }

    private static void AssertBest(RoutePlan plan, string why)
    {
        Assert.Equal(Strategy.Best, plan.Used);
        Assert.Single(plan.Lines);
        Assert.Contains(why, plan.Reason, StringComparison.Ordinal);
    }

    private static RoutePlan Plan(RoutingView view, RouteRequest request) =>
        Assert.IsType<Planned.Route>(Planner.Plan(view, request)).Plan;

    private static RouteRequest Request(string model, Strategy strategy, int? experts = null) =>
        new(Id(1), new ModelId(model), Features.None, RouteWish.None with { Strategy = strategy, Experts = experts });

    private static RequestId Id(int number) => new(new Guid(number, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1));
}
