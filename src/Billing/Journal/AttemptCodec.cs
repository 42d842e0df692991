using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One attempt of a settle.</summary>
internal static class AttemptCodec
{
    // Flags, outcome, first and last token, share.
    private const int FixedLength = 1 + 1 + 8 + 8 + 8;

    [Flags]
    private enum Has : byte
    {
        Nothing = 0,
        NetUid = 1,
        Uid = 2,
        Hotkey = 4,
        Ttft = 8,
        Line = 16,
        All = 31,
    }

    /// <exception cref="ArgumentException">The attempt is beyond the format's bounds.</exception>
    internal static int Measure(AttemptRecord attempt)
    {
        if (attempt.Outcome is < 0 or > AttemptOutcome.Cancelled)
        {
            throw new ArgumentException($"The journal knows no outcome {attempt.Outcome}.");
        }

        if (attempt.Line is < 0 or >= UsageCodec.MaxLines)
        {
            throw new ArgumentException($"The journal knows no call {attempt.Line}.");
        }

        return FixedLength
            + Text(attempt.Upstream)
            + Text(attempt.Reason)
            + (attempt.NetUid is null ? 0 : sizeof(ushort))
            + (attempt.Uid is null ? 0 : sizeof(int))
            + (attempt.Hotkey is { } hotkey ? Text(hotkey.Ss58) : 0)
            + (attempt.TtftMs is null ? 0 : sizeof(int))
            + (attempt.Line == 0 ? 0 : sizeof(byte));
    }

    internal static void Write(AttemptRecord attempt, ref RecordWriter writer)
    {
        writer.Byte((byte)FlagsOf(attempt));
        writer.Byte((byte)attempt.Outcome);
        writer.Int64(attempt.OutputFrom);
        writer.Int64(attempt.OutputTo);
        writer.Int64(attempt.Share.Value);
        writer.Text(attempt.Upstream);
        writer.Text(attempt.Reason);
        if (attempt.NetUid is { } netUid)
        {
            writer.UInt16(netUid.Value);
        }

        if (attempt.Uid is { } uid)
        {
            writer.Int32(uid);
        }

        if (attempt.Hotkey is { } hotkey)
        {
            writer.Text(hotkey.Ss58);
        }

        if (attempt.TtftMs is { } ttft)
        {
            writer.Int32(ttft);
        }

        if (attempt.Line != 0)
        {
            writer.Byte(checked((byte)attempt.Line));
        }
    }

    /// <exception cref="JournalFormatException">The bytes are no attempt's.</exception>
    internal static AttemptRecord Read(ref RecordReader reader, TextCache texts)
    {
        var (has, outcome) = ((Has)reader.Byte(), (AttemptOutcome)reader.Byte());
        if ((has & ~Has.All) != 0 || outcome > AttemptOutcome.Cancelled)
        {
            throw new JournalFormatException($"An attempt's flags {(byte)has} or outcome {(byte)outcome} are unknown.");
        }

        var (from, to, share) = (reader.Int64(), reader.Int64(), reader.Int64());
        var (upstream, reason) = (texts.Of(reader.Text()), texts.Of(reader.Text()));
        NetUid? netUid = has.HasFlag(Has.NetUid) ? new NetUid(reader.UInt16()) : null;
        int? uid = has.HasFlag(Has.Uid) ? reader.Int32() : null;
        Hotkey? hotkey = has.HasFlag(Has.Hotkey) ? new Hotkey(texts.Of(reader.Text())) : null;
        int? ttft = has.HasFlag(Has.Ttft) ? reader.Int32() : null;
        var line = has.HasFlag(Has.Line) ? reader.Byte() : 0;
        return new(upstream, netUid, uid, hotkey, from, to, outcome, reason, ttft)
        {
            Line = line,
            Share = new(share),
        };
    }

    private static Has FlagsOf(AttemptRecord attempt) =>
        (attempt.NetUid is null ? 0 : Has.NetUid)
        | (attempt.Uid is null ? 0 : Has.Uid)
        | (attempt.Hotkey is null ? 0 : Has.Hotkey)
        | (attempt.TtftMs is null ? 0 : Has.Ttft)
        | (attempt.Line == 0 ? 0 : Has.Line);

    private static int Text(string value) => RecordWriter.LengthOf(value, UsageCodec.MaxText);
}
