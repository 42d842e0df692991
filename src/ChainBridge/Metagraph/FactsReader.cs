using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Reads what the chain as a whole tells, by the names in its own metadata.</summary>
internal static class FactsReader
{
    private const string Subtensor = "SubtensorModule";
    private const string Balances = "Balances";
    private const int MostProposals = 64;

    // Those that a Substrate chain may decide by; Subtensor's runtimes have had the first four.
    private static readonly string[] Known =
    [
        "Triumvirate", "TriumvirateMembers", "Senate", "SenateMembers", "Council", "TechnicalCommittee", "Democracy",
        "Referenda", "ConvictionVoting", "Sudo",
    ];

    private static readonly string[] RuleItems =
    [
        "Tempo", "ImmunityPeriod", "MaxAllowedUids", "MaxAllowedValidators", "MinAllowedWeights", "MaxWeightsLimit",
        "WeightsVersionKey", "WeightsSetRateLimit", "ActivityCutoff", "AdjustmentInterval", "Kappa", "Rho",
        "BondsMovingAverage", "ServingRateLimit", "NetworkRegistrationAllowed", "CommitRevealWeightsEnabled",
        "MinBurn", "MaxBurn", "MinDifficulty", "MaxDifficulty",
    ];

    /// <exception cref="RpcException">No answer.</exception>
    /// <exception cref="ScaleException">Bytes of another form.</exception>
    public static async Task<NetworkFacts> ReadAsync(
        ReadPoint at, IReadOnlyList<NetUid> subnets, CancellationToken cancellationToken)
    {
        var supply = RaoAsync(at, Balances, "TotalIssuance", cancellationToken);
        var issued = RaoAsync(at, Subtensor, "TotalIssuance", cancellationToken);
        var staked = RaoAsync(at, Subtensor, "TotalStake", cancellationToken);
        var emission = RaoAsync(at, Subtensor, "BlockEmission", cancellationToken);
        var proposals = ProposalsAsync(at, cancellationToken);
        var catalogue = CatalogueReader.ReadAsync(at, cancellationToken);
        var rules = new Dictionary<NetUid, IReadOnlyDictionary<string, string>>();
        foreach (var netUid in subnets)
        {
            rules[netUid] = await RulesAsync(at, netUid, cancellationToken);
        }

        return new(at.Block, at.Runtime.SpecVersion, await catalogue)
        {
            Supply = await supply,
            Issued = await issued,
            Staked = await staked,
            BlockEmission = await emission,
            Governance = [.. Known.Where(name => at.Metadata.FindPallet(name) is not null)],
            Proposals = await proposals,
            Rules = rules,
        };
    }

    private static async Task<Rao?> RaoAsync(ReadPoint at, string pallet, string item, CancellationToken ct)
    {
        if (at.Metadata.FindStorage(pallet, item) is null)
        {
            return null;
        }

        var stored = await at.Node.StorageAsync([StorageKeys.Of(at.Metadata, pallet, item)], at.Hash, ct);
        return StorageValues.Read(at.Metadata, pallet, item, stored[0])?.ToRao();
    }

    private static async Task<IReadOnlyDictionary<string, string>> RulesAsync(
        ReadPoint at, NetUid netUid, CancellationToken ct)
    {
        var read = await at.ReadAsync([.. RuleItems.Where(at.Has)], ScaleValue.Of(netUid.Value), ct);
        return read.Where(one => one.Value is not null)
            .ToDictionary(one => one.Key, one => one.Value!.ToString() ?? "", StringComparer.Ordinal);
    }

    // Substrate's pallet of collectives (paritytech/polkadot-sdk, substrate/frame/collective): hashes of proposals, and
    // the votes of each.
    private static async Task<IReadOnlyList<ProposalFact>?> ProposalsAsync(ReadPoint at, CancellationToken ct)
    {
        var pallet = Known.FirstOrDefault(name => at.Metadata.FindStorage(name, "Proposals") is not null
            && at.Metadata.FindStorage(name, "Voting") is not null);
        if (pallet is null)
        {
            return null;
        }

        var stored = await at.Node.StorageAsync([StorageKeys.Of(at.Metadata, pallet, "Proposals")], at.Hash, ct);
        var hashes = StorageValues.Read(at.Metadata, pallet, "Proposals", stored[0])?.Items.Take(MostProposals)
            .ToArray() ?? [];
        if (hashes.Length == 0)
        {
            return [];
        }

        var votes = await at.Node.StorageAsync(
            [.. hashes.Select(hash => StorageKeys.Of(at.Metadata, pallet, "Voting", hash))], at.Hash, ct);
        return [.. hashes.Zip(votes, (hash, vote) =>
            FactOf(hash, StorageValues.Read(at.Metadata, pallet, "Voting", vote)))];
    }

    private static ProposalFact FactOf(ScaleValue hash, ScaleValue? votes) => new(
        "0x" + Convert.ToHexStringLower(hash.ToBytes().Span),
        votes?["ayes"].Items.Length ?? 0,
        votes?["nays"].Items.Length ?? 0,
        votes?.Find("threshold")?.ToUInt32(),
        votes?.Find("end")?.ToUInt32());
}
