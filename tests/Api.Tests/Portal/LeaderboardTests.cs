using Gateway.Api.Portal.Watch;
using Gateway.ChainBridge;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tests.Portal;

public sealed class LeaderboardTests
{
    [Fact]
    public void Who_cannot_be_told_apart_shares_a_rank_and_who_is_hardly_known_has_none()
    {
        var board = Leaderboard.Of(
        [
            Expert("good", 0.95, 2000), Expert("near", 0.94, 2000), Expert("worse", 0.5, 2000),
            Expert("few", 0.99, Leaderboard.LeastJudged - 1), Expert("enough", 0.9, Leaderboard.LeastJudged),
        ]);

        Assert.Equal(
            [("good", 1), ("near", 1), ("enough", 1), ("worse", 4), ("few", null)],
            board.Select(one => (one.Expert.Name, one.Rank)));
    }

    // R: binom.confint(8, 10, methods = "wilson"), and by hand for none and all.
    [Theory]
    [InlineData(0.8, 10, 0.4902, 0.9433)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(1, 10, 0.7225, 1)]
    [InlineData(0.3, 0, 0, 1)]
    public void Bounds_are_Wilsons(double share, double trials, double low, double high)
    {
        var bounds = Leaderboard.Bounds(share, trials);
        Assert.Equal(low, bounds.Low, 3);
        Assert.Equal(high, bounds.High, 3);
    }

    [Fact]
    public void What_changes_on_the_chain_is_told_once_with_both_values()
    {
        var net = new NetUid(4);
        var before = Facts(219, net, ("Tempo", "360"), ("Kappa", "1"));
        var after = Facts(220, net, ("Tempo", "99"), ("Kappa", "1"), ("Rho", "5"));

        var changes = ChainChange.Between(before, after, DateTimeOffset.UnixEpoch)
            .Select(change => (change.NetUid?.Value, change.Name, change.Before, change.After));

        Assert.Equal([(null, "specVersion", "219", "220"), ((ushort?)4, "Tempo", "360", "99")], changes);
        Assert.Empty(ChainChange.Between(after, after, DateTimeOffset.UnixEpoch));
    }

    private static NetworkFacts Facts(uint spec, NetUid net, params (string Name, string Value)[] rules) =>
        new(10, spec, [])
        {
            Rules = new Dictionary<NetUid, IReadOnlyDictionary<string, string>>
            {
                [net] = rules.ToDictionary(rule => rule.Name, rule => rule.Value),
            },
        };

    private static ExpertStanding Expert(string name, double quality, int judged) =>
        new(name, new ModelId("m"), null, null, null, quality, 1, 0, false) { Judged = judged };
}
