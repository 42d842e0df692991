using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>A line of the signer's log as JSON: what is not said is left out.</summary>
internal sealed record LogRecord
{
    private static readonly JsonSerializerOptions Json =
        new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>One of <c>signed</c>, <c>stored</c>, <c>ended</c>, <c>owner</c>, <c>shape</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The extrinsic, the hotkey, or what has the shape.</summary>
    public required string Name { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long At { get; init; }

    /// <summary>The owner, or the shape's hash.</summary>
    public string? Value { get; init; }

    public string? Purpose { get; init; }

    public string? Wallet { get; init; }

    public string? Bytes { get; init; }

    public long? Nonce { get; init; }

    public uint? BornAt { get; init; }

    public List<OrderRecord>? Orders { get; init; }

    public string? Call { get; init; }

    public int? Items { get; init; }

    public string? End { get; init; }

    public string? Block { get; init; }

    public uint? Height { get; init; }

    public int? Index { get; init; }

    public long? Fee { get; init; }

    public string? Because { get; init; }

    public long? WaitMs { get; init; }

    public List<LegRecord>? Legs { get; init; }

    /// <exception cref="JsonException">The line is no record.</exception>
    public static LogRecord Parse(string line) =>
        JsonSerializer.Deserialize<LogRecord>(line, Json) ?? throw new JsonException("A line is null.");

    public static LogRecord Of(LogEntry entry) => new()
    {
        Kind = "signed",
        Name = entry.Extrinsic.Hash,
        At = entry.At.ToUnixTimeMilliseconds(),
        Purpose = entry.Purpose.ToString(),
        Wallet = entry.Wallet,
        Bytes = Convert.ToHexStringLower(entry.Extrinsic.Bytes.Span),
        Nonce = entry.Extrinsic.Nonce,
        BornAt = entry.Extrinsic.BornAt,
        Orders = entry.Orders.IsEmpty ? null : [.. entry.Orders.Select(OrderRecord.Of)],
        Call = entry.Plan is { } plan ? Convert.ToHexStringLower(plan.Call.Span) : null,
        Items = entry.Plan?.Items,
    };

    public static LogRecord Of(string hash, LogEnd end, DateTimeOffset at) => new()
    {
        Kind = "ended",
        Name = hash,
        At = at.ToUnixTimeMilliseconds(),
        End = end.Kind.ToString(),
        Block = end.Block,
        Height = end.Height,
        Index = end.Index,
        Fee = end.Fee.Value,
        Because = end.Because,
        WaitMs = end.Wait.Ticks / TimeSpan.TicksPerMillisecond,
        Legs = end.Legs.IsEmpty ? null : [.. end.Legs.Select(leg => new LegRecord(leg.Address, leg.Amount.Value))],
    };

    public override string ToString() => JsonSerializer.Serialize(this, Json);

    public LogEntry ToEntry() => new()
    {
        Purpose = Enum.Parse<EntryPurpose>(Purpose!),
        Wallet = Wallet!,
        At = DateTimeOffset.FromUnixTimeMilliseconds(At),
        Extrinsic = new(Convert.FromHexString(Bytes!), Name, Nonce!.Value, BornAt!.Value),
        Orders = [.. (Orders ?? []).Select(order => order.ToOrder())],
        Plan = Call is null ? null : new(Convert.FromHexString(Call), Items!.Value),
    };

    public LogEnd ToEnd() => new(Enum.Parse<EndKind>(End!))
    {
        Block = Block,
        Height = Height ?? 0,
        Index = Index ?? 0,
        Fee = new(Fee ?? 0),
        Because = Because,
        Wait = TimeSpan.FromMilliseconds(WaitMs ?? 0),
        Legs = [.. (Legs ?? []).Select(leg => new AccountAmount(leg.Address, new(leg.Rao)))],
    };
}

/// <summary>Rao of an account.</summary>
internal sealed record LegRecord(string Address, long Rao);

/// <summary>An order in the log.</summary>
internal sealed record OrderRecord
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public string? Org { get; init; }

    public required string Destination { get; init; }

    public required long Rao { get; init; }

    public required long Credit { get; init; }

    public required string By { get; init; }

    public string? Miner { get; init; }

    public required int Tries { get; init; }

    public required List<OrderApproval> Approvals { get; init; }

    public required List<PartRecord> Parts { get; init; }

    public static OrderRecord Of(PayoutOrder order) => new()
    {
        Id = order.Id,
        Kind = order.Kind.ToString(),
        Org = order.Org?.ToString(),
        Destination = order.Destination,
        Rao = order.Amount.Value,
        Credit = order.Credit.Value,
        By = order.RequestedBy,
        Miner = order.Miner?.Ss58,
        Tries = order.Tries,
        Approvals = [.. order.Approvals],
        Parts = [.. order.Parts.Select(part => new PartRecord(part.Source, part.Amount.Value, part.Credit.Value))],
    };

    public PayoutOrder ToOrder() => new()
    {
        Id = Id,
        Kind = Enum.Parse<OrderKind>(Kind),
        Org = Org is not null && OrgId.TryParse(Org, out var org) ? org : null,
        Destination = Destination,
        Amount = new(Rao),
        Credit = new(Credit),
        RequestedBy = By,
        Miner = Miner is null ? null : new Hotkey(Miner),
        Tries = Tries,
        Approvals = Approvals,
        Parts = [.. Parts.Select(part => new OrderPart(part.Source, new(part.Rao), new(part.Credit)))],
    };
}

/// <summary>A part of an order in the log.</summary>
internal sealed record PartRecord(string Source, long Rao, long Credit);
