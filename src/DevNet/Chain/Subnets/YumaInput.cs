namespace Gateway.DevNet.Chain.Subnets;

/// <summary>What an epoch is computed from. Every list has an element for each uid.</summary>
/// <param name="Stake">Above or at 0, in any unit.</param>
/// <param name="Permits">Who was a validator since the last epoch.</param>
/// <param name="Active">Who set weights not too long ago.</param>
/// <param name="Weights">A row for each validator, any scale; weights for those who registered since then are left
/// out already.</param>
/// <param name="Bonds">As the last epoch stored them, likewise.</param>
internal sealed record YumaInput(
    double[] Stake, bool[] Permits, bool[] Active, double[][] Weights, double[][] Bonds)
{
    /// <summary>How much of the stake must agree on a weight, 0 to 1.</summary>
    public double Kappa { get; init; } = 32767d / 65535;

    /// <summary>The part of the new bonds in each epoch, 0 to 1.</summary>
    public double BondsAlpha { get; init; } = 0.1;

    /// <summary>How far bonds follow the clipped weights instead of the given ones, 0 to 1.</summary>
    public double BondsPenalty { get; init; } = 1;
}
