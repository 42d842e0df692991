using System.Text.Json;
using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Planning;
using Gateway.Router.Traces;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Planning;

/// <summary>Why somebody may not be asked, or was not.</summary>
public sealed class ReasonTests
{
    private const string German = "Bitte erkläre mir, warum der Himmel am Abend rot ist und am Tag blau.";
    private const string English = "Please explain to me why the sky is red in the evening and blue during the day.";

    private readonly LoadTable _loads = new(new FakeTimeProvider());
    private readonly GateBook _book = new(new() { TrustClusters = false }, Guid.Empty);

    [Theory]
    [InlineData(English, "en")]
    [InlineData(German, "de")]
    [InlineData("Answer in German: " + English, "en,de")]
    [InlineData("42?", "undecided")]
    public void Who_knows_one_language_is_not_asked_in_another(string text, string languages)
    {
        Upstream[] upstreams =
            [Experts.Of("german", "m") with { Language = "de" }, Experts.Of("several", "m"), Experts.Of("more", "m")];
        var wish = RouteWish.None with { Strategy = Strategy.Best };
        var record = Plan(Experts.View(upstreams, _loads, _book), Request(wish) with { Text = text }).Record!;
        var isTurnedAway = languages.StartsWith("en", StringComparison.Ordinal);

        Assert.Equal(languages, Trace(record).GetProperty("languages").GetString());
        Assert.Equal(isTurnedAway ? 1 : 0, RejectCounts.Named(record.Rejected).GetValueOrDefault("language"));
        Assert.Equal(!isTurnedAway, record.Facts.Any(one => one.Expert.Upstream.Name == "german"));
    }

    [Fact]
    public void Undecided_costs_who_knows_one_language_a_tie_and_alone_it_serves_every_language()
    {
        var german = Experts.Of("german", "m") with { Language = "de" };
        var view = Experts.View([german, Experts.Of("several", "m")], _loads, _book);
        var decision = Plan(view, Request(RouteWish.None) with { Text = "42?" }).Record!.Decision;
        var scores = Enumerable.Range(0, 2)
            .ToDictionary(place => view.Table.Experts[decision[place].Slot].Upstream.Name, p => decision[p].Score);

        Assert.True(scores["german"] < scores["several"], $"{scores["german"]} {scores["several"]}");
        var alone = Experts.View([german], _loads, _book);
        Assert.Equal("german", Plan(alone, Request(RouteWish.None) with { Text = English }).Candidates[0].Name);
    }

    [Theory]
    [InlineData(Strategy.Default)]
    [InlineData(Strategy.Cheapest)]
    [InlineData(Strategy.Vote)]
    public void Nobody_asks_one_who_is_quarantined_and_alone_it_serves_nobody(Strategy strategy)
    {
        Upstream[] upstreams =
        [
            .. Enumerable.Range(0, 5).Select(i =>
                Experts.Miner(4, $"5{i}", "m") with { IsQuarantined = i < 2, Operator = $"op{i}" }),
        ];
        var view = Experts.View(upstreams, _loads, _book);
        for (var i = 1; i < 100; i++)
        {
            var plan = Plan(view, Request(RouteWish.None with { Strategy = strategy }) with { Request = Id(i) });

            Assert.DoesNotContain(plan.Lines.SelectMany(line => line.Candidates), upstream => upstream.IsQuarantined);
            Assert.Equal(2, RejectCounts.Named(plan.Record!.Rejected)["quarantined"]);
        }

        var alone = Experts.View(upstreams[..2], _loads, _book);
        var none = Assert.IsType<Planned.NoExpert>(Planner.Plan(alone, Request(RouteWish.None)));
        Assert.Equal(2, none.RejectedByReason["quarantined"]);
    }

    [Fact]
    public void A_request_that_is_no_chat_asks_nobody_who_is_quarantined_or_unproven()
    {
        var upstream = Experts.Of("a", "m") with { Task = ModelTask.Embeddings };
        var request = Request(RouteWish.None) with { Task = ModelTask.Embeddings };
        var local = request with { Wish = RouteWish.None with { Privacy = Privacy.Local } };

        Assert.Equal("quarantined", ReasonOf(upstream with { IsQuarantined = true }, request));
        Assert.Equal("privacy", ReasonOf(upstream, local));
        Assert.Equal("unproven", ReasonOf(upstream with { Privacy = Privacy.Local }, local));
        Assert.Equal("", ReasonOf(upstream with { Privacy = Privacy.Local, IsPrivacyProven = true }, local));

        string ReasonOf(Upstream one, RouteRequest asked) =>
            TaskPlanner.Plan(new(1, [one]), _loads, new NoPrices(), asked) is Planned.NoExpert none
                ? Assert.Single(none.RejectedByReason).Key
                : "";
    }

    [Theory]
    [InlineData(Privacy.Any, Privacy.Any, false, "")]
    [InlineData(Privacy.Any, Privacy.Bonded, true, "privacy")]
    [InlineData(Privacy.Bonded, Privacy.Tee, true, "privacy")]
    [InlineData(Privacy.Tee, Privacy.Tee, false, "unproven")]
    [InlineData(Privacy.Tee, Privacy.Tee, true, "")]
    [InlineData(Privacy.Local, Privacy.Bonded, true, "")]
    public void What_is_promised_and_not_shown_is_unproven(
        Privacy promised, Privacy wanted, bool isProven, string reason)
    {
        var upstream = Experts.Of("a", "m") with { Privacy = promised, IsPrivacyProven = isProven };
        var planned = Planner.Plan(
            Experts.View([upstream], _loads, _book), Request(RouteWish.None with { Privacy = wanted }));

        Assert.Equal(reason, planned is Planned.NoExpert none ? Assert.Single(none.RejectedByReason).Key : "");
    }

    [Fact]
    public void A_proof_is_worth_nothing_with_one_whose_answers_are_a_cheats()
    {
        var bonded = Experts.Miner(4, "5a", "m") with { Privacy = Privacy.Bonded, IsPrivacyProven = true };
        var wish = RouteWish.None with { Privacy = Privacy.Bonded };
        Assert.Single(Plan(Experts.View([bonded], _loads, _book), Request(wish)).Candidates);
        for (var i = 0; i < 40; i++)
        {
            _book.Apply(new(0, default, 0, 1, 0.8, 0), 0);
        }

        var view = Experts.View([bonded], _loads, _book);

        var none = Assert.IsType<Planned.NoExpert>(Planner.Plan(view, Request(wish)));
        Assert.Equal("unproven", Assert.Single(none.RejectedByReason).Key);
        Assert.Single(Plan(view, Request(RouteWish.None)).Candidates);
    }

    [Theory]
    [InlineData(Strategy.Best, null)]
    [InlineData(Strategy.Vote, 3)]
    [InlineData(Strategy.Vote, 8)]
    public void Who_was_passed_over_for_its_operator_is_told_so(Strategy strategy, int? experts)
    {
        Upstream[] upstreams =
        [
            .. Enumerable.Range(0, 8).Select(i =>
                Experts.Miner(4, $"5{i}", "m") with { Operator = i < 5 ? "many" : $"op{i}" }),
        ];
        var view = Experts.View(upstreams, _loads, _book);
        var seen = 0;
        for (var i = 1; i < 60; i++)
        {
            var wish = RouteWish.None with { Strategy = strategy, Experts = experts, Explore = false };
            var plan = Plan(view, Request(wish) with { Request = Id(i), Answer = AnswerKind.Closed });
            var asked = plan.Lines.SelectMany(line => line.Candidates).Select(one => one.Name).ToHashSet();
            var kin = Trace(plan.Record!).GetProperty("candidates").EnumerateArray()
                .Where(one => one.GetProperty("reason").GetString() == "same_operator")
                .Select(one => one.GetProperty("expert").GetString()!).ToArray();
            var isManyAsked = upstreams[..5].Count(one => asked.Contains(one.Name));

            Assert.All(kin, name => Assert.Contains(upstreams[..5], one => one.Name == name));
            Assert.DoesNotContain(kin, asked.Contains);
            Assert.InRange(isManyAsked, kin.Length > 0 ? 1 : 0, 1);
            seen += kin.Length;
            if (experts == 8)
            {
                Assert.Equal(4, kin.Length);
            }
        }

        Assert.True(seen > 20, $"{seen}");
    }

    private static JsonElement Trace(PlanRecord record) => JsonElement.Parse(
        TraceJson.Write(new(Id(1), Guid.Empty, default, 1, record, [], null)));

    private static RoutePlan Plan(RoutingView view, RouteRequest request) =>
        Assert.IsType<Planned.Route>(Planner.Plan(view, request)).Plan;

    private static RouteRequest Request(RouteWish wish) => new(Id(1), new ModelId("m"), Features.None, wish);

    private static RequestId Id(int number) => new(new Guid(number, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1));
}
