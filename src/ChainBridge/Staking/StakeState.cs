using Gateway.ChainBridge.Payouts;

namespace Gateway.ChainBridge.Staking;

/// <summary>How the signer has a request.</summary>
internal sealed record StakeState
{
    /// <summary>Of a request that was not signed yet.</summary>
    public static StakeState New { get; } = new() { Stage = OrderStage.Waiting };

    public required OrderStage Stage { get; init; }

    /// <summary>The extrinsic as it was signed; empty where it is ready again.</summary>
    public string Bytes { get; init; } = "";

    public string? Hash { get; init; }

    public long Nonce { get; init; }

    public uint BornAt { get; init; }

    public int Tries { get; init; }

    /// <summary>It is not signed before this; Unix milliseconds.</summary>
    public long NotBefore { get; init; }

    public string? Because { get; init; }

    public static StakeState Signed(SignedOrder extrinsic, int tries) => new()
    {
        Stage = OrderStage.UnderWay,
        Bytes = Convert.ToHexStringLower(extrinsic.Bytes.Span),
        Hash = extrinsic.Hash,
        Nonce = extrinsic.Nonce,
        BornAt = extrinsic.BornAt,
        Tries = tries,
    };

    public SignedOrder ToExtrinsic() => new(Convert.FromHexString(Bytes), Hash!, Nonce, BornAt);
}
