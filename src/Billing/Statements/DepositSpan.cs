using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Which deposits are meant: to one address, between two moments of the chain.</summary>
/// <param name="Address">Where they went.</param>
public sealed record DepositSpan(string Address)
{
    /// <summary>Only blocks above this number.</summary>
    public long Above { get; init; } = -1;

    /// <summary>Only blocks up to this number.</summary>
    public long UpTo { get; init; } = long.MaxValue;

    /// <summary>Only blocks whose own time is not before this one.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Only blocks whose own time is before this one.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;
}

/// <summary>Deposits of one state, taken together.</summary>
/// <param name="State">The word the books have for it.</param>
/// <param name="Amount">In rao.</param>
/// <param name="Credit">What they were credited with.</param>
/// <param name="Latest">The newest one's block time.</param>
public sealed record DepositSum(string State, Rao Amount, NanoUsd Credit, DateTimeOffset Latest);

/// <summary>Deposits of a span, all of them, however many came.</summary>
/// <param name="Newest">The newest ones, newest first.</param>
/// <param name="Older">All others, by state.</param>
public sealed record DepositPart(IReadOnlyList<DepositLine> Newest, IReadOnlyList<DepositSum> Older);
