using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An organisation's month in UTC: opening + credits - charges - reductions = closing, exactly.</summary>
public sealed record MonthStatement
{
    // A replica's journal may be applied up to 24 hours late, and its requests are of the hour they began in; after
    // that its charges are ours.
    private static readonly TimeSpan Settling = TimeSpan.FromHours(48);

    private MonthStatement()
    {
    }

    /// <summary>Whose.</summary>
    public OrgId Org { get; private init; }

    /// <summary>The first day.</summary>
    public DateOnly Month { get; private init; }

    /// <summary>Names it for ever; the same for every reading of the same month.</summary>
    public string Number => string.Create(
        CultureInfo.InvariantCulture, $"GW-{Month:yyyyMM}-{Org.Value.ToString("N").ToUpperInvariant()}");

    /// <summary>When it was read.</summary>
    public DateTimeOffset MadeAt { get; private init; }

    /// <summary>Whether charges of the month may still come in: until 48 hours after its end.</summary>
    public bool IsProvisional { get; private init; }

    /// <summary>Credit at the month's first moment.</summary>
    public NanoUsd Opening { get; private init; }

    /// <summary>In the order of time.</summary>
    public IReadOnlyList<CreditLine> Credits { get; private init; } = [];

    /// <summary>By project, then model.</summary>
    public IReadOnlyList<ChargeLine> Charges { get; private init; } = [];

    /// <summary>In the order of time.</summary>
    public IReadOnlyList<ReductionLine> Reductions { get; private init; } = [];

    /// <summary>Which lots paid for the charges, in the order they were opened: first in, first out.</summary>
    public IReadOnlyList<LotUse> Lots { get; private init; } = [];

    /// <summary>Sum of the credits.</summary>
    public NanoUsd Credited => Sum(Credits.Select(line => line.Credit));

    /// <summary>Sum of the charges.</summary>
    public NanoUsd Charged => Sum(Charges.Select(line => line.Charge));

    /// <summary>Sum of refunds and expired gifts.</summary>
    public NanoUsd Reduced => Sum(Reductions.Select(line => line.Credit));

    /// <summary>Credit at the month's end.</summary>
    public NanoUsd Closing => Opening + Credited - Charged - Reduced;

    /// <summary>The month that a moment lies in.</summary>
    internal static DateOnly MonthOf(DateTimeOffset moment) =>
        new(moment.UtcDateTime.Year, moment.UtcDateTime.Month, 1);

    /// <summary>Its first moment and the next month's.</summary>
    internal static (DateTimeOffset From, DateTimeOffset To) Bounds(DateOnly month)
    {
        var from = new DateTimeOffset(month.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
        return (from, from.AddMonths(1));
    }

    /// <exception cref="InvalidOperationException">The facts do not add up to the balance.</exception>
    internal static MonthStatement Of(OrgId org, DateOnly month, MonthFacts facts)
    {
        var (from, to) = Bounds(month);
        var opening = Sum(facts.Credits.Where(line => line.At < from).Select(line => line.Credit))
            - facts.ChargedBefore
            - Sum(facts.Reductions.Where(line => line.At < from).Select(line => line.Credit));
        var statement = new MonthStatement
        {
            Org = org,
            Month = month,
            MadeAt = facts.Now,
            IsProvisional = facts.Now < to + Settling,
            Opening = opening,
            Credits = [.. facts.Credits.Where(line => line.At >= from && line.At < to)],
            Charges = Collect(facts.Charges),
            Reductions = [.. facts.Reductions.Where(line => line.At >= from && line.At < to)],
        };
        RequireBalance(statement, to, facts);
        return statement with { Lots = LotUses.Of(facts, statement.Charged) };
    }

    // From the opening on through all that came later, the books' own balance must be reached.
    private static void RequireBalance(MonthStatement statement, DateTimeOffset end, MonthFacts facts)
    {
        var reached = statement.Closing
            + Sum(facts.Credits.Where(line => line.At >= end).Select(line => line.Credit))
            - facts.ChargedAfter
            - Sum(facts.Reductions.Where(line => line.At >= end).Select(line => line.Credit));
        if (reached != facts.Balance)
        {
            throw new InvalidOperationException(
                $"The statement {statement.Number} leads to {reached}, the books say {facts.Balance}.");
        }
    }

    private static List<ChargeLine> Collect(IReadOnlyList<UsageLine> days) =>
    [
        .. from line in days
           group line.Totals by (line.Project, line.Model) into one
           orderby one.Key.Project ?? "", one.Key.Model
           select new ChargeLine(
               one.Key.Project,
               one.Key.Model ?? "",
               one.Sum(totals => totals.Requests),
               one.Sum(totals => totals.Input),
               one.Sum(totals => totals.Output),
               Sum(one.Select(totals => totals.Charge))),
    ];

    private static NanoUsd Sum(IEnumerable<NanoUsd> amounts) =>
        amounts.Aggregate(NanoUsd.Zero, (sum, amount) => sum + amount);
}
