namespace Gateway.DevNet.Chain.Subnets;

/// <summary>What a subnet begins with. The limits are lower than the network's, so that a simulated life is short.
/// </summary>
/// <param name="NetUid">Its number.</param>
/// <param name="Owner">The coldkey that owns it.</param>
internal sealed record SubnetTerms(ushort NetUid, AccountId Owner)
{
    /// <summary>What people call it; empty for a subnet that said nothing.</summary>
    public string Name { get; init; } = "";

    /// <summary>The sign of its token.</summary>
    public string Symbol { get; init; } = "\u03c4";

    /// <summary>Blocks between two epochs, less one.</summary>
    public ushort Tempo { get; init; } = 20;

    /// <summary>How many neurons it has places for.</summary>
    public ushort MaxAllowedUids { get; init; } = 256;

    /// <summary>Whether validators commit to weights first and reveal them an epoch later.</summary>
    public bool CommitsWeights { get; init; }

    /// <summary>Who is registered in it from the beginning, in the order of uids.</summary>
    public IReadOnlyList<GenesisNeuron> Neurons { get; init; } = [];
}
