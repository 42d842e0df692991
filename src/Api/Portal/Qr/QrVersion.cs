namespace Gateway.Api.Portal.Qr;

/// <summary>What a version of level M is made of (ISO/IEC 18004, tables 7 and 9).</summary>
/// <param name="Number">1 to 10.</param>
/// <param name="CheckWords">Error correction words in each block.</param>
/// <param name="ShortBlocks">Blocks of the shorter kind.</param>
/// <param name="ShortWords">Data words in each of them.</param>
/// <param name="LongBlocks">Blocks with one data word more.</param>
/// <param name="Centers">Where alignment patterns have their centers, on both axes.</param>
internal sealed record QrVersion(
    int Number, int CheckWords, int ShortBlocks, int ShortWords, int LongBlocks, IReadOnlyList<int> Centers)
{
    private const int ModeBits = 4;
    private const int LongCountFrom = 10;

    private static readonly QrVersion[] All =
    [
        new(1, 10, 1, 16, 0, []),
        new(2, 16, 1, 28, 0, [6, 18]),
        new(3, 26, 1, 44, 0, [6, 22]),
        new(4, 18, 2, 32, 0, [6, 26]),
        new(5, 24, 2, 43, 0, [6, 30]),
        new(6, 16, 4, 27, 0, [6, 34]),
        new(7, 18, 4, 31, 0, [6, 22, 38]),
        new(8, 22, 2, 38, 2, [6, 24, 42]),
        new(9, 22, 3, 36, 2, [6, 26, 46]),
        new(10, 26, 4, 43, 1, [6, 28, 50]),
    ];

    /// <summary>Modules on a side.</summary>
    public int Size => 17 + (4 * Number);

    /// <summary>Data words of all blocks.</summary>
    public int DataWords => (ShortBlocks * ShortWords) + (LongBlocks * (ShortWords + 1));

    /// <summary>Bits that tell how many bytes there are.</summary>
    public int CountBits => Number < LongCountFrom ? 8 : 16;

    /// <summary>The smallest version that holds so many bytes; null when none does.</summary>
    public static QrVersion? For(int bytes) =>
        Array.Find(All, version => ModeBits + version.CountBits + (bytes * 8) <= version.DataWords * 8);
}
