using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One call of a settle that has several.</summary>
internal static class LineCodec
{
    // Flags and charge; the usage is the settle's own form.
    private const int FixedLength = 1 + 8 + UsageCodec.UsageLength;

    [Flags]
    private enum Has : byte
    {
        Nothing = 0,
        ModelServed = 1,
        PriceVersion = 2,
        All = 3,
    }

    /// <exception cref="ArgumentException">The call is beyond the format's bounds.</exception>
    internal static int Measure(ChargedLine line) => FixedLength
        + Text(line.Line.Role)
        + Text(line.Line.Expert)
        + (line.Line.ModelServed is { } served ? Text(served.Value) : 0)
        + (line.PriceVersion is null ? 0 : sizeof(long));

    internal static void Write(ChargedLine line, ref RecordWriter writer)
    {
        writer.Byte((byte)((line.Line.ModelServed is null ? 0 : Has.ModelServed)
            | (line.PriceVersion is null ? 0 : Has.PriceVersion)));
        writer.Int64(line.Charge.Value);
        UsageCodec.WriteUsage(line.Line.Usage, ref writer);
        writer.Text(line.Line.Role);
        writer.Text(line.Line.Expert);
        if (line.Line.ModelServed is { } served)
        {
            writer.Text(served.Value);
        }

        if (line.PriceVersion is { } price)
        {
            writer.Int64(price);
        }
    }

    /// <exception cref="JournalFormatException">The bytes are no call's.</exception>
    internal static ChargedLine Read(ref RecordReader reader, TextCache texts)
    {
        var has = (Has)reader.Byte();
        if ((has & ~Has.All) != 0)
        {
            throw new JournalFormatException($"A call's flags {(byte)has} are unknown.");
        }

        var charge = new NanoUsd(reader.Int64());
        var usage = UsageCodec.ReadUsage(ref reader);
        var (role, expert) = (texts.Of(reader.Text()), texts.Of(reader.Text()));
        ModelId? served = has.HasFlag(Has.ModelServed) ? new ModelId(texts.Of(reader.Text())) : null;
        long? price = has.HasFlag(Has.PriceVersion) ? reader.Int64() : null;
        return new(new(role, expert, served, usage), price, charge);
    }

    private static int Text(string value) => RecordWriter.LengthOf(value, UsageCodec.MaxText);
}
