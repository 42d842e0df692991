using System.Globalization;
using Gateway.Api.Models;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Hosting;

/// <summary>One entry of <c>Gateway:Subnets</c>: how the miners of a subnet are used.</summary>
/// <param name="NetUid">The subnet.</param>
/// <param name="Dialect">How calls to its miners are signed.</param>
/// <param name="Models">What each of its miners serves.</param>
/// <param name="Ports">Ports of its miners that the axon filter would refuse.</param>
internal sealed record SubnetPolicy(
    NetUid NetUid, string Dialect, IReadOnlyList<ModelId> Models, IReadOnlyList<int> Ports)
{
    /// <summary>The version that this validator says it has when it sets weights.</summary>
    public ulong WeightsVersion { get; init; }

    /// <summary>What a chat becomes for its miners; null unless the dialect is dendrite.</summary>
    public SynapsePolicy? Synapse { get; init; }

    /// <summary>What the models of its miners are for.</summary>
    public ModelTask Task { get; init; }

    /// <summary>What they can do beyond plain text; a miner that cannot loses by it, so little is believed unsaid.
    /// </summary>
    public Features Features { get; init; }

    /// <summary>Whether a miner's rank by incentive says something about its answers: where a subnet pays for other
    /// work than it does for us, it does not.</summary>
    public bool IncentiveCounts { get; init; } = true;

    /// <summary>Where below its axon a miner's API begins, with a slash at the end and none before.</summary>
    public string Path { get; init; } = UsualPath;

    /// <summary>Where OpenAI's API usually begins.</summary>
    public const string UsualPath = "v1/";

    /// <summary>The prior of a subnet whose incentive counts.</summary>
    public const string ByIncentive = "incentive";

    /// <summary>The prior of one whose incentive does not.</summary>
    public const string NoPrior = "none";

    /// <summary>The dialect of a subnet that names none.</summary>
    public const string UsualDialect = "epistula-v2";

    /// <summary>Where DevNet's simulated miners are; each tells its own models.</summary>
    public static SubnetPolicy OfDevNet { get; } = new(new NetUid(4), UsualDialect, [], []);

    public static IReadOnlyList<SubnetPolicy> ReadAll(IConfigurationSection section, string network)
    {
        var configured = section.GetChildren().Select(Read).ToList();
        return network == GatewaySettings.DevNet && configured.All(policy => policy.NetUid != OfDevNet.NetUid)
            ? [OfDevNet, .. configured]
            : configured;
    }

    private static SubnetPolicy Read(IConfigurationSection section) => new(
        new NetUid(ushort.TryParse(section.Key, CultureInfo.InvariantCulture, out var number) ? number : (ushort)0),
        section["Dialect"] ?? UsualDialect,
        [.. section.GetSection("Models").GetChildren().Select(model => new ModelId(model.Value ?? ""))],
        [.. section.GetSection("Ports").GetChildren()
            .Select(port => int.Parse(port.Value ?? "0", CultureInfo.InvariantCulture))])
    {
        Synapse = SynapsePolicy.Read(section.GetSection("Synapse")),
        Task = ModelTasks.TryParse(section["Task"] ?? ModelTasks.Chat, out var task) ? task : default,
        Features = FeatureNames.TryParse(section["Features"] ?? FeatureNames.None, out var features)
            ? features
            : default,
        IncentiveCounts = (section["Prior"] ?? ByIncentive) == ByIncentive,
        Path = section["Path"] ?? UsualPath,
        WeightsVersion = ulong.Parse(section["WeightsVersion"] ?? "0", CultureInfo.InvariantCulture),
    };

    /// <summary>Problems that only show when settings are seen together.</summary>
    public IEnumerable<string> Problems(string network)
    {
        if (NetUid.Value == 0)
        {
            yield return "Gateway:Subnets: the number of a subnet is out of range. Allowed: 1 to 65535.";
        }

        if (Models.Count == 0 && network != GatewaySettings.DevNet)
        {
            yield return $"Gateway:Subnets:{NetUid}:Models:0 is missing: what its miners serve.";
        }

        foreach (var problem in Synapse?.Problems($"Gateway:Subnets:{NetUid}:Synapse") ?? [])
        {
            yield return problem;
        }

        if (Synapse is null == (Dialect == SynapsePolicy.Dialect))
        {
            yield return $"Gateway:Subnets:{NetUid}:Synapse belongs to the dialect dendrite, which needs it.";
        }
    }
}
