using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.ChainBridge.Weights;

/// <summary>A line of the setter's log as JSON: what is not said is left out.</summary>
internal sealed record WeightRecord
{
    private static readonly JsonSerializerOptions Json =
        new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>One of <c>signed</c>, <c>ended</c>, <c>lost</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The extrinsic's hash.</summary>
    public required string Name { get; init; }

    /// <summary>Whose log it is: genesis and hotkey. Lines of others are read over.</summary>
    public required string Owner { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long At { get; init; }

    public string? Word { get; init; }

    public ushort? NetUid { get; init; }

    public string? Bytes { get; init; }

    public long? Nonce { get; init; }

    public uint? BornAt { get; init; }

    public uint? Last { get; init; }

    public ulong? Epoch { get; init; }

    public IReadOnlyList<ushort>? Uids { get; init; }

    public IReadOnlyList<ushort>? Values { get; init; }

    public IReadOnlyList<ushort>? Salt { get; init; }

    public ulong? VersionKey { get; init; }

    public string? End { get; init; }

    public uint? Height { get; init; }

    public string? Because { get; init; }

    /// <exception cref="JsonException">The line is no record.</exception>
    public static WeightRecord Parse(string line) =>
        JsonSerializer.Deserialize<WeightRecord>(line, Json) ?? throw new JsonException("A line is null.");

    public static WeightRecord Of(WeightEntry entry, string owner, DateTimeOffset at) => new()
    {
        Kind = "signed",
        Name = entry.Extrinsic.Hash,
        Owner = owner,
        At = at.ToUnixTimeMilliseconds(),
        Word = entry.Word.ToString(),
        NetUid = entry.NetUid,
        Bytes = Convert.ToHexStringLower(entry.Extrinsic.Bytes.Span),
        Nonce = entry.Extrinsic.Nonce,
        BornAt = entry.Extrinsic.BornAt,
        Last = entry.Last,
        Epoch = entry.Epoch,
        Uids = entry.Said.Uids,
        Values = entry.Said.Values,
        Salt = entry.Said.Salt,
        VersionKey = entry.Said.VersionKey,
    };

    public static WeightRecord Of(string hash, WeightEnd end, string owner, DateTimeOffset at) => new()
    {
        Kind = "ended",
        Name = hash,
        Owner = owner,
        At = at.ToUnixTimeMilliseconds(),
        End = end.Kind.ToString(),
        Height = end.Height,
        Because = end.Because,
    };

    public override string ToString() => JsonSerializer.Serialize(this, Json);

    /// <param name="who">The hotkey's account.</param>
    public WeightEntry ToEntry(ReadOnlyMemory<byte> who) => new()
    {
        Word = Enum.Parse<WeightWord>(Word!),
        NetUid = NetUid!.Value,
        Extrinsic = new(Convert.FromHexString(Bytes!), Name, Nonce!.Value, BornAt!.Value),
        Last = Last!.Value,
        Epoch = Epoch!.Value,
        Said = new(who, NetUid!.Value, Uids!, Values!, Salt!, VersionKey!.Value),
    };

    public WeightEnd ToEnd() => new(Enum.Parse<WeightEndKind>(End!), Height ?? 0, Because);
}
