using System.Buffers.Binary;
using System.Numerics;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>How long a transaction is valid (paritytech/polkadot-sdk, sp-runtime, generic/era.rs): for ever, or from
/// its birth block for a period of blocks.</summary>
internal readonly record struct Era
{
    /// <summary>Blocks; some twelve minutes at the network's block time.</summary>
    public const int UsualPeriod = 64;

    private const int ShortestPeriod = 4;

    // Above, the phase is rounded, and clients disagree about the birth block.
    private const int LongestPeriod = 4096;
    private const int PhaseSteps = 4096;
    private const int PeriodBits = 4;
    private const int PeriodMask = (1 << PeriodBits) - 1;

    private Era(int period, int phase)
    {
        Period = period;
        Phase = phase;
    }

    /// <summary>Valid for ever; the default.</summary>
    public static Era Immortal => default;

    public bool IsImmortal => Period == 0;

    /// <summary>Blocks of validity; 0 when immortal.</summary>
    public int Period { get; }

    /// <summary>The birth block modulo the period.</summary>
    public int Phase { get; }

    /// <summary>Valid in the blocks <paramref name="current"/> to <paramref name="current"/> + period - 1.</summary>
    /// <param name="current">The block it is born at, whose hash is signed with it.</param>
    /// <param name="period">A power of two, 4 to 4096.</param>
    public static Era Mortal(uint current, int period = UsualPeriod)
    {
        if (!BitOperations.IsPow2(period) || period is < ShortestPeriod or > LongestPeriod)
        {
            throw new ArgumentOutOfRangeException(
                nameof(period), period, $"A period is a power of two, {ShortestPeriod} to {LongestPeriod}.");
        }

        return new Era(period, (int)(current % (uint)period));
    }

    /// <summary>The block it was born at, seen from a block at which it is valid. Meaningful for mortal eras.</summary>
    public uint Birth(uint current)
    {
        var (period, phase) = ((uint)Period, (uint)Phase);
        return ((Math.Max(current, phase) - phase) / period * period) + phase;
    }

    /// <summary>The first block at which it is dead, seen from a block at which it is valid.</summary>
    public uint Death(uint current) => Birth(current) + (uint)Period;

    /// <summary>Reads anybody's era; others use longer periods than we do.</summary>
    /// <exception cref="ScaleException">The bytes do not begin with an era.</exception>
    public static Era Read(ref ScaleReader reader)
    {
        var first = reader.ReadByte();
        if (first == 0)
        {
            return Immortal;
        }

        var encoded = first | (reader.ReadByte() << 8);
        var period = 2 << (encoded & PeriodMask);
        var phase = (encoded >> PeriodBits) * StepOf(period);
        return period >= ShortestPeriod && phase < period
            ? new Era(period, phase)
            : throw new ScaleException(ScaleFault.OutOfRange, $"an era of period {period} and phase {phase}");
    }

    public void Write(ScaleWriter writer)
    {
        if (IsImmortal)
        {
            writer.WriteByte(0);
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        var exponent = BitOperations.TrailingZeroCount(Period) - 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(exponent | (Phase / StepOf(Period) << PeriodBits)));
        writer.WriteBytes(bytes);
    }

    private static int StepOf(int period) => Math.Max(1, period / PhaseSteps);
}
