namespace Gateway.Billing;

/// <summary>Where budget periods begin and end, by UTC.</summary>
public static class BudgetPeriods
{
    private const int DaysInWeek = 7;

    /// <summary>When the period that an instant lies in began; the Unix epoch for one that never starts anew.</summary>
    public static DateTimeOffset StartOf(this BudgetPeriod period, DateTimeOffset at)
    {
        var day = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero);
        return period switch
        {
            BudgetPeriod.Day => day,
            BudgetPeriod.Week => day.AddDays(-(((int)day.DayOfWeek + DaysInWeek - 1) % DaysInWeek)),
            BudgetPeriod.Month => day.AddDays(1 - day.Day),
            BudgetPeriod.Total => DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>When the period that an instant lies in ends and the next begins; null for one that never
    /// does.</summary>
    public static DateTimeOffset? EndOf(this BudgetPeriod period, DateTimeOffset at)
    {
        var start = period.StartOf(at);
        return period switch
        {
            BudgetPeriod.Day => start.AddDays(1),
            BudgetPeriod.Week => start.AddDays(DaysInWeek),
            BudgetPeriod.Month => start.AddMonths(1),
            BudgetPeriod.Total => null,
        };
    }
}
