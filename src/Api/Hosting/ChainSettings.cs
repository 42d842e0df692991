using System.Globalization;
using System.Net;
using Gateway.ChainBridge;

namespace Gateway.Api.Hosting;

/// <summary>The settings of the chain's connection.</summary>
/// <param name="Endpoints">Nodes, the preferred one first; empty on DevNet, which brings its own.</param>
/// <param name="Genesis">The genesis that nodes must have; null: pinned at the first connection.</param>
/// <param name="DepositParent">The multisig above all deposit addresses; null: none, or DevNet's own.</param>
/// <param name="RequireAgreement">Nodes that must agree before a credit.</param>
/// <param name="AllowLoopbackAxons">Whether miners on loopback may be dialled.</param>
internal sealed record ChainSettings(
    IReadOnlyList<Uri> Endpoints,
    string? Genesis,
    string? DepositParent,
    int RequireAgreement,
    bool AllowLoopbackAxons)
{
    private const string SpecNameOfSubtensor = "node-subtensor";

    /// <summary>Networks that miners must not send us to, beside this machine's own addresses.</summary>
    public IReadOnlyList<IPNetwork> OwnAddresses { get; init; } = [];

    /// <summary>The file of a signed list of deposit addresses; null: they are derived.</summary>
    public string? PoolFile { get; init; }

    /// <summary>Who must have signed the list, SS58.</summary>
    public string? PoolSigner { get; init; }

    // polkadot-js/common, packages/networks/src/defaults/genesis.ts; the test network's as its own nodes give it.
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["finney"] = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03",
        ["test"] = "0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105",
    };

    public static ChainSettings Read(IConfiguration section, string network)
    {
        var isDevNet = network == GatewaySettings.DevNet;
        return new(
            [.. section.GetSection("Endpoints").GetChildren().Select(child => new Uri(child.Value!))],
            section["Genesis"]?.ToLowerInvariant() ?? Known.GetValueOrDefault(network),
            section["DepositParent"],
            int.Parse(section["RequireAgreement"] ?? (isDevNet ? "1" : "2"), CultureInfo.InvariantCulture),
            bool.Parse(section["AllowLoopbackAxons"] ?? (isDevNet ? "true" : "false")))
        {
            OwnAddresses =
            [
                .. (section["OwnAddresses"] ?? "")
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(IPNetwork.Parse),
            ],
            PoolFile = section["DepositPool:File"],
            PoolSigner = section["DepositPool:Signer"],
        };
    }

    /// <summary>Problems that only show when settings are seen together.</summary>
    public IEnumerable<string> Problems(string network)
    {
        if (network == GatewaySettings.DevNet)
        {
            if (Endpoints.Count > 0)
            {
                yield return "Gateway:Chain:Endpoints must be empty on devnet, whose chain is its own simulator.";
            }

            yield break;
        }

        if (Endpoints.Count < RequireAgreement)
        {
            yield return $"Gateway:Chain:Endpoints has {Endpoints.Count} addresses, and "
                + $"Gateway:Chain:RequireAgreement wants {RequireAgreement} nodes to agree: name as many, "
                + "or set it to 1 when the one endpoint is your own node. Allowed: 1 to 16 ws or wss addresses.";
        }

        foreach (var twice in Endpoints.GroupBy(endpoint => endpoint).Where(group => group.Count() > 1))
        {
            yield return $"Gateway:Chain:Endpoints: {twice.Key} stands twice; a node cannot agree with itself.";
        }

        if (Known.TryGetValue(network, out var genesis) && Genesis != genesis)
        {
            yield return $"Gateway:Chain:Genesis is not that of {network}. Allowed: {genesis}, or none.";
        }

        if (AllowLoopbackAxons)
        {
            yield return "Gateway:Chain:AllowLoopbackAxons must be false off devnet. Allowed: false.";
        }
    }

    /// <summary>Problems of the list of deposit addresses; whoever gives them out needs it, with the chain or
    /// without.</summary>
    public IEnumerable<string> PoolProblems(string network)
    {
        if ((PoolFile is null) != (PoolSigner is null))
        {
            yield return "Gateway:Chain:DepositPool needs both File and Signer: a list that nobody signed is no list.";
        }

        if (PoolFile is not null && (DepositParent is not null || network == GatewaySettings.DevNet))
        {
            yield return "Gateway:Chain:DepositPool stands beside another scheme of deposit addresses: "
                + "Gateway:Chain:DepositParent, or devnet's own multisig. Allowed: one of them.";
        }
    }

    /// <summary>What the chain's connection is opened with.</summary>
    /// <param name="endpoints">The nodes.</param>
    /// <param name="network">Its name; on the public ones the runtime's name is checked too.</param>
    /// <param name="pinned">The genesis that an earlier run found; null: none.</param>
    public ChainOptions ToOptions(IReadOnlyList<Uri> endpoints, string network, string? pinned) => new(endpoints)
    {
        Genesis = Genesis ?? pinned,
        SpecName = Known.ContainsKey(network) ? SpecNameOfSubtensor : null,
        RequireAgreement = RequireAgreement,
    };
}
