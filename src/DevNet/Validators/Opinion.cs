using System.Buffers.Binary;
using Gateway.DevNet.Miners;

namespace Gateway.DevNet.Validators;

/// <summary>What simulated validators think of a miner. They know its kind, so that the chain's scores follow what
/// miners are worth; each sees it a little differently in each epoch.</summary>
internal static class Opinion
{
    private const int Certain = 1000;
    private const int Spread = 101;
    private const int WordLength = 4;

    /// <summary>A weight, above 0.</summary>
    /// <param name="seed">The network's.</param>
    /// <param name="validator">Which validator.</param>
    /// <param name="epoch">Which epoch.</param>
    /// <param name="miner">The miner.</param>
    public static ushort Of(int seed, int validator, uint epoch, MinerProfile miner)
    {
        Span<byte> question = stackalloc byte[2 * WordLength];
        BinaryPrimitives.WriteInt32LittleEndian(question, validator);
        BinaryPrimitives.WriteUInt32LittleEndian(question[WordLength..], epoch);
        var drawn = new SeededDraw(seed, miner.Uid, question).Below(Spread, index: 0);

        // Up to a twentieth less or more.
        return (ushort)(WorthOf(miner) * (Certain + drawn - (Spread / 2)) / Certain);
    }

    // In 60000ths of the best miner.
    private static int WorthOf(MinerProfile miner) => miner.Kind switch
    {
        MinerKind.Honest => miner.Models.Contains(MinerProfile.Large) ? 60_000 : 45_000,
        MinerKind.Slow => 30_000,
        MinerKind.Flaky => 20_000,
        MinerKind.Copycat => 12_000,
        MinerKind.Liar => 8_000,
        MinerKind.Lazy => 4_000,
    };
}
