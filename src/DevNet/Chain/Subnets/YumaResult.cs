namespace Gateway.DevNet.Chain.Subnets;

/// <summary>What an epoch gives, an element for each uid; all from 0 to 1.</summary>
/// <param name="Rank">The miner's part before it is normalised to <paramref name="Incentive"/>.</param>
/// <param name="Trust">Which part of the miner's rank was left after clipping.</param>
/// <param name="Consensus">The weight that enough of the stake agreed on.</param>
/// <param name="Incentive">The miner's part of what miners earn.</param>
/// <param name="Dividends">The validator's part of what validators earn.</param>
/// <param name="ValidatorTrust">Which part of the validator's weights was left after clipping.</param>
/// <param name="Bonds">Validators to miners; each column's highest is 1.</param>
/// <param name="Emission">Miners' and validators' part together; the sum is 1.</param>
internal sealed record YumaResult(
    double[] Rank,
    double[] Trust,
    double[] Consensus,
    double[] Incentive,
    double[] Dividends,
    double[] ValidatorTrust,
    double[][] Bonds,
    double[] Emission)
{
    /// <summary>The part of the emission that miners get, each.</summary>
    public required double[] MinerEmission { get; init; }

    /// <summary>The part of the emission that validators get, each.</summary>
    public required double[] ValidatorEmission { get; init; }
}
