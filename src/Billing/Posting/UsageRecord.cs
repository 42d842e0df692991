using Gateway.Core;

namespace Gateway.Billing;

/// <summary>All that is known of one ended request, as the journal keeps it and the books apply it; never prompt or
/// answer.</summary>
/// <param name="Request">Its id, the receipt's too.</param>
/// <param name="Payer">Who pays; its allowances' caps are not part of the record.</param>
/// <param name="Delivered">What the caller got.</param>
/// <param name="Hold">What was set aside.</param>
/// <param name="Charge">Zero to the hold.</param>
/// <param name="PriceVersion">The locked version that made the charge, of several calls the served model's; null when
/// free by its ending.</param>
/// <param name="Budgets">Accounts of the budgets it counts against, period included, leaf to root.</param>
/// <param name="Commitments">To what was received and sent.</param>
internal sealed record UsageRecord(
    RequestId Request,
    Payer Payer,
    Delivered Delivered,
    NanoUsd Hold,
    NanoUsd Charge,
    long? PriceVersion,
    IReadOnlyList<string> Budgets,
    Commitments Commitments)
{
    private const long DayMs = 86_400_000;

    /// <summary>The calls of a request that asked several experts; empty for a request of one.</summary>
    internal IReadOnlyList<ChargedLine> Lines { get; init; } = [];

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
        bill.Hold.Payer,
        MinerShares.Divide(bill),
        bill.Hold.Amount,
        bill.Charge.Total,
        bill.Price?.Id,
        bill.Hold.Leases.BudgetAccounts,
        commitments)
    {
        Lines = bill.Lines,
    };
}
