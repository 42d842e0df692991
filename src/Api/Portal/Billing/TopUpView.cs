using Gateway.Api.Access;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Billing;

/// <summary>How a top-up stands.</summary>
internal enum TopUpState
{
    /// <summary>Nothing, or a part, has come.</summary>
    New,

    /// <summary>A transfer is in a block and not yet credited, or waits for a rate.</summary>
    Processing,

    /// <summary>What was wanted is credited.</summary>
    Settled,

    /// <summary>The amount is out of date and nothing came; the address still takes transfers.</summary>
    Expired,

    /// <summary>What came waits for the operator.</summary>
    Invalid,
}

/// <summary>What is unusual about what came.</summary>
internal enum TopUpNote
{
    None,
    Partial,
    Over,
    Late,
    BelowMinimum,
    AwaitingRate,
    Marked,
    UnsupportedAsset,
}

/// <summary>A top-up laid over the deposits to its address. Amounts are judged in rao.</summary>
/// <param name="Row">What was wanted.</param>
/// <param name="Deposits">What came since, newest first.</param>
/// <param name="Now">The moment it is looked at.</param>
internal sealed record TopUpView(TopUpRow Row, IReadOnlyList<DepositLine> Deposits, DateTimeOffset Now)
{
    private const string Prefix = "top_";
    private const long ShortPpm = 5_000;
    private const long ShortRao = 1_000_000;

    /// <summary>The least that is credited at once; less is collected.</summary>
    public const long LeastRao = 1_000_000;

    /// <summary>What came besides <see cref="Deposits"/>, by state: too many to be shown one by one.</summary>
    public IReadOnlyList<DepositSum> Older { get; init; } = [];

    /// <summary>Whether anything came.</summary>
    public bool HasCome => Deposits.Count + Older.Count > 0;

    /// <summary>What is not TAO and came since, newest first.</summary>
    public IReadOnlyList<ForeignLine> Foreign { get; init; } = [];

    /// <summary>What was seen in a block that is not on the chain any more.</summary>
    public IReadOnlyList<DepositLine> Vanished { get; init; } = [];

    /// <summary>What was wanted.</summary>
    public Rao Wanted => new(Row.Rao);

    public FxRate Rate => new(Row.Rate);

    public DateTimeOffset Expires => DateTimeOffset.FromUnixTimeMilliseconds(Row.ExpiresAt);

    /// <summary>How long the amount is still good; zero once it is not.</summary>
    public TimeSpan Left => Now < Expires ? Expires - Now : TimeSpan.Zero;

    /// <summary>What was credited of what came.</summary>
    public Rao Credited => Sum("credited");

    /// <summary>The same in dollars, each transfer at its own block's rate.</summary>
    public NanoUsd Credit => Deposits.Select(one => one.Credit ?? NanoUsd.Zero)
        .Concat(Older.Select(one => one.Credit)).Aggregate(NanoUsd.Zero, (sum, one) => sum + one);

    /// <summary>The transfer that is on its way; null: none is.</summary>
    public DepositLine? Arriving => Deposits.FirstOrDefault(one => one.State is "seen" or "confirming");

    /// <summary>What is below the minimum, together: it is credited with what makes it enough.</summary>
    public Rao Collected => Sum("below_minimum");

    /// <summary>What is still to be sent: nothing once so much came that half a percent or a thousandth of a TAO is
    /// missing at most. What is on its way, or waits for a rate, came.</summary>
    public Rao Rest
    {
        get
        {
            var came = Credited + Sum("seen") + Sum("confirming") + Sum("awaiting_rate");
            var slack = Math.Max((long)((Int128)Row.Rao * ShortPpm / 1_000_000), ShortRao);
            return came.Value + slack >= Row.Rao ? Rao.Zero : Wanted - came;
        }
    }

    public TopUpState State => this switch
    {
        { Arriving: not null } => TopUpState.Processing,
        _ when Has("awaiting_rate") => TopUpState.Processing,
        _ when Rest == Rao.Zero => TopUpState.Settled,
        _ when Has("quarantined") => TopUpState.Invalid,
        _ when Now >= Expires && !HasCome => TopUpState.Expired,
        _ => TopUpState.New,
    };

    public TopUpNote Note => this switch
    {
        _ when Has("quarantined") => TopUpNote.Marked,
        _ when Has("awaiting_rate") => TopUpNote.AwaitingRate,
        _ when Has("below_minimum") => TopUpNote.BelowMinimum,
        _ when IsLate => TopUpNote.Late,
        _ when Credited > Wanted => TopUpNote.Over,
        _ when Credited > Rao.Zero && Rest > Rao.Zero => TopUpNote.Partial,
        _ when Foreign.Count > 0 => TopUpNote.UnsupportedAsset,
        _ => TopUpNote.None,
    };

    /// <summary>How pages and the log name it.</summary>
    public static string IdOf(Guid id) => Prefix + id.ToString("N");

    /// <summary>Reads such a name.</summary>
    public static Guid? Parse(string? text) =>
        text?.StartsWith(Prefix, StringComparison.Ordinal) == true
            && Guid.TryParseExact(text[Prefix.Length..], "N", out var id) ? id : null;

    /// <summary>The part of the books that belongs to a top-up: to its address, since it was made, and up to the next
    /// one there. An address is used again once its top-up has expired.</summary>
    /// <param name="row">The top-up.</param>
    /// <param name="next">The next one on the same address; null: none.</param>
    public static DepositSpan SpanOf(TopUpRow row, TopUpRow? next)
    {
        // By the block's number where it is known: a block's own clock may be behind ours.
        var span = row.Height is { } above
            ? new DepositSpan(row.Address) { Above = above }
            : new DepositSpan(row.Address) { Since = MomentOf(row) };
        return next switch
        {
            null => span,
            { Height: { } end } => span with { UpTo = end },
            _ => span with { Until = MomentOf(next) },
        };
    }

    /// <summary>A top-up with those deposits that belong to it.</summary>
    public static TopUpView Of(
        TopUpRow row, TopUpRow? next, IEnumerable<DepositLine> deposits, DateTimeOffset now,
        IEnumerable<ForeignLine>? foreign = null)
    {
        var span = SpanOf(row, next);
        var own = deposits.Where(one => IsIn(span, one.Address, one.Height, one.BlockTime));
        var other = (foreign ?? []).Where(one => IsIn(span, one.Address, one.Height, one.BlockTime));
        return new(row, [.. own], now) { Foreign = [.. other] };
    }

    private static bool IsIn(DepositSpan span, string address, long height, DateTimeOffset time) =>
        address == span.Address && height > span.Above && height <= span.UpTo
        && time >= span.Since && time < span.Until;

    private static DateTimeOffset MomentOf(TopUpRow row) => DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt);

    private bool IsLate => Deposits.Any(one => one.BlockTime > Expires) || Older.Any(one => one.Latest > Expires);

    private bool Has(string state) =>
        Deposits.Any(one => one.State == state) || Older.Any(one => one.State == state);

    private Rao Sum(string state) => Deposits.Where(one => one.State == state).Select(one => one.Amount)
        .Concat(Older.Where(one => one.State == state).Select(one => one.Amount))
        .Aggregate(Rao.Zero, (sum, one) => sum + one);
}
