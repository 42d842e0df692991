using System.Text.Json.Nodes;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Portal.Playground;

/// <summary>Who can be compared: a mixture, one miner, or a server that stands beside the gateway.</summary>
/// <param name="Group">The stem of its group's text.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Value">The members of the request that choose it, as JSON.</param>
internal sealed record CompareTarget(string Group, string Title, string Value)
{
    private const int MostMiners = 100;

    private static readonly string[] Mixtures = ["", "vote", "best_of", "compose"];

    /// <summary>Everybody who can be compared now, mixtures first.</summary>
    public static IReadOnlyList<CompareTarget> All(RouteBoard board)
    {
        var experts = board.Experts;
        return
        [
            .. Mixtures.Select(Mixture),
            .. experts.Where(expert => expert.NetUid is not null).Take(MostMiners)
                .Select(expert => One("miner", expert)),
            .. experts.Where(expert => expert.NetUid is null).Select(expert => One("local", expert)),
        ];
    }

    private static CompareTarget Mixture(string strategy)
    {
        var request = new JsonObject { ["model"] = ModelId.Auto.Value };
        if (strategy.Length > 0)
        {
            request["routing"] = new JsonObject { ["strategy"] = strategy };
        }

        return new("mixture", strategy.Length > 0 ? $"auto · {strategy}" : ModelId.Auto.Value, request.ToJsonString());
    }

    private static CompareTarget One(string group, ExpertStanding expert)
    {
        var request = new JsonObject
        {
            ["model"] = expert.Model.Value,
            ["routing"] = new JsonObject { ["only"] = new JsonArray(expert.Name), ["fallback"] = false },
        };
        var place = expert is { NetUid: { } net, Uid: { } uid } ? $"{net.Value}·{uid}" : expert.Name;
        return new(group, $"{place} · {expert.Model.Value}", request.ToJsonString());
    }
}
