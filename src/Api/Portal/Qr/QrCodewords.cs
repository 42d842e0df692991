namespace Gateway.Api.Portal.Qr;

/// <summary>The words of a QR code: the data in blocks, each with Reed-Solomon check words over GF(256), woven together
/// (ISO/IEC 18004, 7.4 to 7.6).</summary>
internal static class QrCodewords
{
    private const int ByteMode = 0b0100;
    private const int Polynomial = 0x11D;

    private static readonly byte[] Padding = [0xEC, 0x11];

    public static byte[] Of(ReadOnlySpan<byte> data, QrVersion version)
    {
        var words = Data(data, version);
        var blocks = new List<byte[]>();
        var start = 0;
        for (var i = 0; i < version.ShortBlocks + version.LongBlocks; i++)
        {
            var length = version.ShortWords + (i < version.ShortBlocks ? 0 : 1);
            blocks.Add(words[start..(start + length)]);
            start += length;
        }

        var checks = blocks.ConvertAll(block => Check(block, Generator(version.CheckWords)));
        return [.. Woven(blocks), .. Woven(checks)];
    }

    /// <summary>The remainder of a block divided by the generator: its check words.</summary>
    public static byte[] Check(ReadOnlySpan<byte> block, ReadOnlySpan<byte> generator)
    {
        var rest = new byte[generator.Length];
        foreach (var word in block)
        {
            var factor = (byte)(word ^ rest[0]);
            Array.Copy(rest, 1, rest, 0, rest.Length - 1);
            rest[^1] = 0;
            for (var i = 0; i < rest.Length; i++)
            {
                rest[i] ^= Multiply(generator[i], factor);
            }
        }

        return rest;
    }

    /// <summary>The product of (x - 2^i) for i from 0, without its first coefficient, which is 1.</summary>
    public static byte[] Generator(int degree)
    {
        var result = new byte[degree];
        result[^1] = 1;
        byte root = 1;
        for (var i = 0; i < degree; i++)
        {
            for (var j = 0; j < degree; j++)
            {
                result[j] = Multiply(result[j], root);
                if (j + 1 < degree)
                {
                    result[j] ^= result[j + 1];
                }
            }

            root = Multiply(root, 2);
        }

        return result;
    }

    private static byte[] Data(ReadOnlySpan<byte> data, QrVersion version)
    {
        var bits = new List<bool>();
        Add(bits, ByteMode, 4);
        Add(bits, data.Length, version.CountBits);
        foreach (var one in data)
        {
            Add(bits, one, 8);
        }

        var room = version.DataWords * 8;
        Add(bits, 0, Math.Min(4, room - bits.Count));
        Add(bits, 0, (8 - (bits.Count % 8)) % 8);
        for (var i = 0; bits.Count < room; i++)
        {
            Add(bits, Padding[i % 2], 8);
        }

        var words = new byte[version.DataWords];
        for (var i = 0; i < bits.Count; i++)
        {
            words[i / 8] |= (byte)(bits[i] ? 0x80 >> (i % 8) : 0);
        }

        return words;
    }

    private static void Add(List<bool> bits, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            bits.Add(((value >> i) & 1) == 1);
        }
    }

    private static IEnumerable<byte> Woven(List<byte[]> blocks) =>
        from place in Enumerable.Range(0, blocks.Max(block => block.Length))
        from block in blocks
        where place < block.Length
        select block[place];

    private static byte Multiply(byte left, byte right)
    {
        var product = 0;
        for (var i = 7; i >= 0; i--)
        {
            product = (product << 1) ^ ((product >> 7) * Polynomial);
            product ^= ((right >> i) & 1) * left;
        }

        return (byte)product;
    }
}
