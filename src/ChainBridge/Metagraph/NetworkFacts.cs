using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>The whole chain at one finalized block, as far as its runtime tells. What the runtime's metadata lacks is
/// null, never zero.</summary>
/// <param name="Block">The block.</param>
/// <param name="SpecVersion">The runtime's version.</param>
/// <param name="Subnets">What all subnets say of themselves.</param>
public sealed record NetworkFacts(long Block, uint SpecVersion, IReadOnlyList<SubnetInfo> Subnets)
{
    /// <summary>All TAO there is: <c>Balances.TotalIssuance</c>.</summary>
    public Rao? Supply { get; init; }

    /// <summary>All TAO that the chain has ever issued: <c>SubtensorModule.TotalIssuance</c>.</summary>
    public Rao? Issued { get; init; }

    /// <summary>TAO that stands as stake: <c>SubtensorModule.TotalStake</c>.</summary>
    public Rao? Staked { get; init; }

    /// <summary>TAO that a block issues: <c>SubtensorModule.BlockEmission</c>.</summary>
    public Rao? BlockEmission { get; init; }

    /// <summary>The pallets by which people decide, of those that are known here and that the runtime has.</summary>
    public IReadOnlyList<string> Governance { get; init; } = [];

    /// <summary>What is put to a vote now; null when the runtime has no pallet that tells.</summary>
    public IReadOnlyList<ProposalFact>? Proposals { get; init; }

    /// <summary>The rules of the subnets that were asked for, by name; an item that the runtime lacks is not there.
    /// </summary>
    public IReadOnlyDictionary<NetUid, IReadOnlyDictionary<string, string>> Rules { get; init; } =
        new Dictionary<NetUid, IReadOnlyDictionary<string, string>>();
}

/// <summary>A proposal and its votes.</summary>
/// <param name="Hash">What it is known by, <c>0x</c> and hex digits.</param>
/// <param name="Ayes">Votes for it.</param>
/// <param name="Nays">Votes against it.</param>
/// <param name="Threshold">Votes it needs; null: not told.</param>
/// <param name="End">The block at which voting ends; null: not told.</param>
public sealed record ProposalFact(string Hash, int Ayes, int Nays, long? Threshold, long? End);
