using Gateway.Core;

namespace Gateway.Billing.Tests.Accounting;

public abstract partial class StatementsSuite
{
    [Theory]
    [InlineData(UsageGroups.None, "0:111 24:1000")]
    [InlineData(UsageGroups.Model, "0/dear:10 0/unit:101 24/unit:1000")]
    [InlineData(UsageGroups.Project, "0/-:101 0/proj:10 24/-:1000")]
    [InlineData(UsageGroups.Key | UsageGroups.User, "0/key_a/ann:1 0/key_b/-:10 0/key_b/bob:100 24/key_a/-:1000")]
    public async Task Usage_is_added_up_by_what_it_is_grouped_by(UsageGroups groups, string expected)
    {
        var org = await UsedAsync();

        var lines = await Statements.UsageAsync(org, Days(2, groups), Token);

        Assert.Equal(expected, string.Join(' ', lines.Select(line => Text(line, groups))));
        Assert.Equal(4, lines.Sum(line => line.Totals.Requests));
        Assert.Equal((8, 12, 4, 16, 20, 24), (
            lines.Sum(line => line.Totals.Cached), lines.Sum(line => line.Totals.Output),
            lines.Sum(line => line.Totals.Reasoning), lines.Sum(line => line.Totals.Images),
            lines.Sum(line => line.Totals.AudioMs), lines.Sum(line => line.Totals.Characters)));
    }

    [Fact]
    public async Task Filters_narrow_and_hours_are_told_apart()
    {
        var org = await UsedAsync();
        var hours = new UsageQuery(March, March.AddDays(2), UsageBucket.Hour, UsageGroups.None);

        Assert.Equal([0, 1, 23, 24], (await Statements.UsageAsync(org, hours, Token)).Select(Hour));
        Assert.Equal([1, 23], (await Statements.UsageAsync(
            org, hours with { From = March.AddHours(1), To = March.AddHours(24) }, Token)).Select(Hour));
        Assert.Equal(110, await SumAsync(org, hours with { Keys = ["key_b"] }));
        Assert.Equal(111, await SumAsync(org, hours with { Keys = ["key_b", "key_a"], To = March.AddDays(1) }));
        Assert.Equal(100, await SumAsync(org, hours with { Users = ["bob"], Models = ["unit", "x"] }));
        Assert.Equal(10, await SumAsync(org, hours with { Projects = ["proj"] }));
        Assert.Equal(0, await SumAsync(org, hours with { Projects = ["proj"], Models = ["unit"] }));
        Assert.Equal(0, await SumAsync(org, hours with { Models = ["' OR 1 = 1 --"] }));
        Assert.Equal(1_111, await SumAsync(org, hours with { Models = [.. Enumerable.Repeat("unit", 15), "dear"] }));
    }

    [Fact]
    public async Task Another_organisations_usage_is_not_seen()
    {
        await UsedAsync();

        Assert.Empty(await Statements.UsageAsync(await OrgAsync(0), Days(2, UsageGroups.Key), Token));
        Assert.Empty(await Statements.UsageAsync(OrgId.Create(TimeProvider.System), Days(2, UsageGroups.Key), Token));
    }

    [Fact]
    public async Task Complaint_34_Totals_near_the_limit_of_64_bits_are_exact()
    {
        var org = await OrgAsync(0);
        await CreditAsync(org, March, long.MaxValue, long.MaxValue);
        await ChargeAsync(org, March, long.MaxValue / 2, new(Key: "key_a", Input: long.MaxValue - 2));
        await ChargeAsync(org, March, long.MaxValue / 2, new(Key: "key_b", Input: 2));

        var line = Assert.Single(await Statements.UsageAsync(org, Days(1, UsageGroups.None), Token));

        Assert.Equal((long.MaxValue, new NanoUsd(long.MaxValue - 1)), (line.Totals.Input, line.Totals.Charge));
        var month = await Statements.MonthAsync(org, new(2026, 3, 1), Token);
        Assert.Equal((new(long.MaxValue), new(long.MaxValue - 1), new(1)),
            (month.Credited, month.Charged, month.Closing));
    }

    [Theory]
    [InlineData(0, 24, UsageBucket.Day, true)]
    [InlineData(1, 24, UsageBucket.Day, false)]
    [InlineData(0, 23, UsageBucket.Day, false)]
    [InlineData(1, 23, UsageBucket.Hour, true)]
    [InlineData(2, 1, UsageBucket.Hour, false)]
    public async Task Times_must_lie_on_bounds_in_order(int from, int to, UsageBucket bucket, bool isFine)
    {
        var query = new UsageQuery(March.AddHours(from), March.AddHours(to), bucket, UsageGroups.None);

        var failure = await Record.ExceptionAsync(
            () => Statements.UsageAsync(OrgId.Create(TimeProvider.System), query, Token));

        Assert.Equal(isFine, failure is null);
        Assert.True(isFine || failure is ArgumentException);
    }

    [Fact]
    public async Task Too_many_values_of_a_filter_are_refused() => await Assert.ThrowsAnyAsync<ArgumentException>(
        () => Statements.UsageAsync(
            default, Days(1, UsageGroups.None) with { Models = [.. Enumerable.Repeat("a", 17)] }, Token));

    [Fact]
    public async Task An_export_is_the_same_lines_over_any_time()
    {
        var org = await UsedAsync();
        foreach (var bucket in (UsageBucket[])[UsageBucket.Hour, UsageBucket.Day])
        {
            var query = Days(40, UsageGroups.Model | UsageGroups.User) with { Bucket = bucket };
            var exported = new List<UsageLine>();
            await foreach (var line in Statements.ExportAsync(org, query, Token))
            {
                exported.Add(line);
            }

            Assert.Equal(await Statements.UsageAsync(org, query, Token), exported);
            Assert.NotEmpty(exported);
        }
    }

    private async Task<OrgId> UsedAsync()
    {
        var org = await OrgAsync(10_000);
        await ChargeAsync(org, March, 1, new(User: "ann"));
        await ChargeAsync(org, March.AddHours(1), 10, new("proj", "key_b", Model: "dear"));
        await ChargeAsync(org, March.AddHours(23), 100, new(Key: "key_b", User: "bob"));
        await ChargeAsync(org, March.AddHours(24), 1_000);
        return org;
    }

    private static UsageQuery Days(int days, UsageGroups groups) =>
        new(March, March.AddDays(days), UsageBucket.Day, groups);

    private async Task<long> SumAsync(OrgId org, UsageQuery query) =>
        (await Statements.UsageAsync(org, query, Token)).Sum(line => line.Totals.Charge.Value);

    private static int Hour(UsageLine line) => (int)((line.Start - March).Ticks / TimeSpan.TicksPerHour);

    private static string Text(UsageLine line, UsageGroups groups)
    {
        var names = new (UsageGroups Group, string? Name)[]
        {
            (UsageGroups.Model, line.Model), (UsageGroups.Project, line.Project), (UsageGroups.Key, line.Key),
            (UsageGroups.User, line.User),
        };
        Assert.All(names, one => Assert.True(one.Name is null || groups.HasFlag(one.Group)));
        var shown = names.Where(one => groups.HasFlag(one.Group)).Select(one => "/" + (one.Name ?? "-"));
        return $"{Hour(line)}{string.Concat(shown)}:{line.Totals.Charge.Value}";
    }
}
