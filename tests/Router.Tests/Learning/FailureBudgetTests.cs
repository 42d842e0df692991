using Gateway.Router.Learning;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Learning;

public sealed class FailureBudgetTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
    private readonly Guid _org = new(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private FailureBudget Budget => field ??= new(_time);

    [Fact]
    public void An_organisations_failures_teach_twelve_times_a_day_and_then_its_successes_neither()
    {
        Assert.True(Budget.MayTeach(_org, 1, hasAnswered: true));
        Assert.Equal(12, Enumerable.Range(0, 50).Count(_ => Budget.MayTeach(_org, 1, hasAnswered: false)));
        Assert.False(Budget.MayTeach(_org, 1, hasAnswered: true));

        var other = new Guid(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Assert.True(Budget.MayTeach(_org, 2, hasAnswered: false));
        Assert.True(Budget.MayTeach(other, 1, hasAnswered: false));
        Assert.True(Budget.MayTeach(other, 1, hasAnswered: true));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(Budget.MayTeach(_org, 1, hasAnswered: true));
        Assert.Equal(12, Enumerable.Range(0, 50).Count(_ => Budget.MayTeach(_org, 1, hasAnswered: false)));
    }

    [Fact]
    public void What_we_ask_for_ourselves_teaches_always() => Assert.Equal(
        100, Enumerable.Range(0, 100).Count(_ => Budget.MayTeach(Guid.Empty, 1, hasAnswered: false)));
}
