using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A settle's fields. Caps of budgets are not among them: a push needs only the accounts.</summary>
internal static class UsageCodec
{
    internal const int MaxAttempts = 64;
    internal const int MaxBudgets = 16;
    internal const int MaxLines = 16;
    internal const int MaxText = 512;

    /// <summary>Bytes of a usage.</summary>
    internal const int UsageLength = 7 * 8;

    // Flags, ending, three ids, seven counts, hold, charge, started, ended, and how many budgets and attempts.
    private const int FixedLength = 1 + 1 + (3 * 16) + UsageLength + (4 * 8) + 1 + 1;

    [Flags]
    private enum Has : byte
    {
        Nothing = 0,
        Estimated = 1,
        ModelServed = 2,
        PriceVersion = 4,
        RequestCommitment = 8,
        ResponseCommitment = 16,
        Lines = 32,
        All = 63,
    }

    /// <exception cref="ArgumentException">The record is beyond the format's bounds.</exception>
    internal static int Measure(UsageRecord record)
    {
        var delivered = record.Delivered;
        if (delivered.Attempts.Count > MaxAttempts || record.Budgets.Count > MaxBudgets)
        {
            throw new ArgumentException(
                $"The journal takes {MaxAttempts} attempts and {MaxBudgets} budgets; the record has "
                + $"{delivered.Attempts.Count} and {record.Budgets.Count}.");
        }

        if (delivered.Ending is < 0 or > Ending.Failed)
        {
            throw new ArgumentException($"The journal knows no ending {delivered.Ending}.");
        }

        var length = FixedLength + MeasureTexts(record)
            + (delivered.ModelServed is { } served ? Text(served.Value) : 0)
            + (record.PriceVersion is null ? 0 : sizeof(long))
            + MeasureCommitment(record.Commitments.Request)
            + MeasureCommitment(record.Commitments.Response);
        for (var i = 0; i < record.Budgets.Count; i++)
        {
            length += Text(record.Budgets[i]);
        }

        for (var i = 0; i < delivered.Attempts.Count; i++)
        {
            length += AttemptCodec.Measure(delivered.Attempts[i]);
        }

        return record.Lines.Count == 0 ? length : length + MeasureLines(record.Lines);
    }

    internal static void Write(UsageRecord record, ref RecordWriter writer)
    {
        var delivered = record.Delivered;
        writer.Byte((byte)FlagsOf(record));
        writer.Byte((byte)delivered.Ending);
        writer.Id(record.Request.Value);
        writer.Id(record.Payer.Org.Value);
        writer.Id(record.Payer.Key.Value);
        WriteUsage(delivered.Usage, ref writer);
        writer.Int64(record.Hold.Value);
        writer.Int64(record.Charge.Value);
        writer.Int64(delivered.Facts.Started.ToUnixTimeMilliseconds());
        writer.Int64(delivered.Facts.Ended.ToUnixTimeMilliseconds());
        WriteOptional(record, ref writer);
        WriteTexts(record, ref writer);
        writer.Byte((byte)record.Budgets.Count);
        for (var i = 0; i < record.Budgets.Count; i++)
        {
            writer.Text(record.Budgets[i]);
        }

        writer.Byte((byte)delivered.Attempts.Count);
        for (var i = 0; i < delivered.Attempts.Count; i++)
        {
            AttemptCodec.Write(delivered.Attempts[i], ref writer);
        }

        if (record.Lines.Count > 0)
        {
            WriteLines(record.Lines, ref writer);
        }
    }

    /// <exception cref="JournalFormatException">The bytes are no settle's.</exception>
    internal static UsageRecord Read(ref RecordReader reader, TextCache texts)
    {
        var (has, ending) = ((Has)reader.Byte(), (Ending)reader.Byte());
        if ((has & ~Has.All) != 0 || ending > Ending.Failed)
        {
            throw new JournalFormatException($"A settle's flags {(byte)has} or ending {(byte)ending} are unknown.");
        }

        var request = new RequestId(reader.Id());
        var (org, key) = (new OrgId(reader.Id()), new KeyId(reader.Id()));
        var usage = ReadUsage(ref reader);
        var (hold, charge) = (new NanoUsd(reader.Int64()), new NanoUsd(reader.Int64()));
        var (started, ended) = (ReadTime(ref reader), ReadTime(ref reader));
        ModelId? served = has.HasFlag(Has.ModelServed) ? new ModelId(texts.Of(reader.Text())) : null;
        long? price = has.HasFlag(Has.PriceVersion) ? reader.Int64() : null;
        var received = ReadCommitment(has.HasFlag(Has.RequestCommitment), ref reader);
        var sent = ReadCommitment(has.HasFlag(Has.ResponseCommitment), ref reader);
        var payer = new Payer(org, key)
        {
            Project = texts.Of(reader.Text()),
            EndUser = TextCache.Decode(reader.Text()),
        };
        var finish = texts.Of(reader.Text());
        var facts = new RequestFacts(
            texts.Of(reader.Text()), new(texts.Of(reader.Text())), texts.Of(reader.Text()), started, ended);
        var budgets = ReadBudgets(ref reader, texts);
        var attempts = ReadAttempts(ref reader, texts);
        var delivered = new Delivered(ending, served, usage, has.HasFlag(Has.Estimated), finish, attempts, facts);
        return new(request, payer, delivered, hold, charge, price, budgets, new(received, sent))
        {
            Lines = has.HasFlag(Has.Lines) ? ReadLines(ref reader, texts) : [],
        };
    }

    private static Has FlagsOf(UsageRecord record) =>
        (record.Delivered.Estimated ? Has.Estimated : 0)
        | (record.Delivered.ModelServed is null ? 0 : Has.ModelServed)
        | (record.PriceVersion is null ? 0 : Has.PriceVersion)
        | (record.Commitments.Request.IsEmpty ? 0 : Has.RequestCommitment)
        | (record.Commitments.Response.IsEmpty ? 0 : Has.ResponseCommitment)
        | (record.Lines.Count == 0 ? 0 : Has.Lines);

    private static int MeasureLines(IReadOnlyList<ChargedLine> lines) => lines.Count <= MaxLines
        ? 1 + lines.Sum(LineCodec.Measure)
        : throw new ArgumentException($"The journal takes {MaxLines} calls; the record has {lines.Count}.");

    private static void WriteLines(IReadOnlyList<ChargedLine> lines, ref RecordWriter writer)
    {
        writer.Byte((byte)lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            LineCodec.Write(lines[i], ref writer);
        }
    }

    private static ChargedLine[] ReadLines(ref RecordReader reader, TextCache texts)
    {
        int count = reader.Byte();
        if (count is 0 or > MaxLines)
        {
            throw new JournalFormatException($"A settle of {count} calls.");
        }

        var lines = new ChargedLine[count];
        for (var i = 0; i < count; i++)
        {
            lines[i] = LineCodec.Read(ref reader, texts);
        }

        return lines;
    }

    private static int MeasureTexts(UsageRecord record)
    {
        var facts = record.Delivered.Facts;
        return Text(record.Payer.Project) + Text(record.Payer.EndUser) + Text(record.Delivered.FinishReason)
            + Text(facts.Endpoint) + Text(facts.ModelAsked.Value) + Text(facts.Strategy);
    }

    private static void WriteTexts(UsageRecord record, ref RecordWriter writer)
    {
        var facts = record.Delivered.Facts;
        writer.Text(record.Payer.Project);
        writer.Text(record.Payer.EndUser);
        writer.Text(record.Delivered.FinishReason);
        writer.Text(facts.Endpoint);
        writer.Text(facts.ModelAsked.Value);
        writer.Text(facts.Strategy);
    }

    private static void WriteOptional(UsageRecord record, ref RecordWriter writer)
    {
        if (record.Delivered.ModelServed is { } served)
        {
            writer.Text(served.Value);
        }

        if (record.PriceVersion is { } price)
        {
            writer.Int64(price);
        }

        writer.Raw(record.Commitments.Request.Span);
        writer.Raw(record.Commitments.Response.Span);
    }

    internal static void WriteUsage(Usage usage, ref RecordWriter writer)
    {
        writer.Int64(usage.Input);
        writer.Int64(usage.Cached);
        writer.Int64(usage.Output);
        writer.Int64(usage.Reasoning);
        writer.Int64(usage.Images);
        writer.Int64(usage.AudioMs);
        writer.Int64(usage.Characters);
    }

    internal static Usage ReadUsage(ref RecordReader reader) =>
        new(reader.Int64(), reader.Int64(), reader.Int64(), reader.Int64())
        {
            Images = reader.Int64(),
            AudioMs = reader.Int64(),
            Characters = reader.Int64(),
        };

    private static DateTimeOffset ReadTime(ref RecordReader reader)
    {
        var ms = reader.Int64();
        return ms >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
                : throw new JournalFormatException($"{ms} ms is no time.");
    }

    private static string[] ReadBudgets(ref RecordReader reader, TextCache texts)
    {
        int count = reader.Byte();
        if (count > MaxBudgets)
        {
            throw new JournalFormatException($"A settle of {count} budgets.");
        }

        var budgets = count == 0 ? [] : new string[count];
        for (var i = 0; i < count; i++)
        {
            budgets[i] = texts.Of(reader.Text());
        }

        return budgets;
    }

    private static AttemptRecord[] ReadAttempts(ref RecordReader reader, TextCache texts)
    {
        int count = reader.Byte();
        if (count > MaxAttempts)
        {
            throw new JournalFormatException($"A settle of {count} attempts.");
        }

        var attempts = count == 0 ? [] : new AttemptRecord[count];
        for (var i = 0; i < count; i++)
        {
            attempts[i] = AttemptCodec.Read(ref reader, texts);
        }

        return attempts;
    }

    private static int MeasureCommitment(ReadOnlyMemory<byte> commitment) =>
        commitment.Length is 0 or Commitments.Length
            ? commitment.Length
            : throw new ArgumentException($"A commitment of {commitment.Length} bytes.");

    private static byte[] ReadCommitment(bool isThere, ref RecordReader reader) =>
        isThere ? reader.Raw(Commitments.Length).ToArray() : [];

    private static int Text(string value) => RecordWriter.LengthOf(value, MaxText);
}
