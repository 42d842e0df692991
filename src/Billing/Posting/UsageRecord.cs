using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One row of <c>usage_record</c>, all a receipt is made of.</summary>
internal sealed record UsageRecord(
    RequestId Request,
    string Incarnation,
    Payer Payer,
    Delivered Delivered,
    NanoUsd Hold,
    NanoUsd Charge,
    PriceVersion? Price,
    Commitments Commitments,
    bool IsCollected)
{
    private const long DayMs = 86_400_000;

    /// <summary>The day partition of a request, in days since 1970: its id carries its birth (RFC 9562, version 7, the
    /// first 48 bits in Unix milliseconds), so that one id can never lie in two partitions.</summary>
    internal static long DayOf(RequestId request)
    {
        Span<byte> bytes = stackalloc byte[16];
        request.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return (System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16) / DayMs;
    }

    internal static UsageRecord Of(Bill bill, Commitments commitments) => new(
        bill.Hold.Request,
        bill.Hold.Incarnation.Id,
        bill.Hold.Payer,
        bill.Delivered,
        bill.Hold.Amount,
        bill.Charge.Total,
        bill.Price,
        commitments,
        IsCollected: true);
}
