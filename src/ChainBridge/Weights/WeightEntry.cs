using Gateway.ChainBridge.Payouts;

namespace Gateway.ChainBridge.Weights;

/// <summary>An extrinsic of the validator's hotkey, and what became of it.</summary>
internal sealed record WeightEntry
{
    public required WeightWord Word { get; init; }

    public required ushort NetUid { get; init; }

    public required SignedOrder Extrinsic { get; init; }

    /// <summary>The last block it is valid for.</summary>
    public required uint Last { get; init; }

    /// <summary>The subnet's epoch it was signed in.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>What it says, with the salt that a commitment is revealed with.</summary>
    public required WeightsCommitment Said { get; init; }

    /// <summary>Null while nobody knows.</summary>
    public WeightEnd? End { get; init; }

    /// <summary>Of a commitment that stands: why it will never be revealed.</summary>
    public string? Lost { get; init; }
}

/// <summary>What an extrinsic says.</summary>
internal enum WeightWord
{
    /// <summary>Weights in the open.</summary>
    Set,

    /// <summary>The hash of weights.</summary>
    Commit,

    /// <summary>The weights of a hash.</summary>
    Reveal,
}

/// <summary>How an extrinsic ended.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Height">The finalized block it stands in.</param>
/// <param name="Because">Why it failed.</param>
internal sealed record WeightEnd(WeightEndKind Kind, uint Height = 0, string? Because = null);

internal enum WeightEndKind
{
    /// <summary>The chain took it.</summary>
    Done,

    /// <summary>The chain refused it in a block.</summary>
    Failed,

    /// <summary>It can never be included any more.</summary>
    Expired,

    /// <summary>Another extrinsic of the hotkey has its nonce.</summary>
    Taken,
}
