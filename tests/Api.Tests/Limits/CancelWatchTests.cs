using Gateway.Api.Access;
using Gateway.Api.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Limits;

public sealed class CancelWatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 2, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly CancelWatch _watch;

    public CancelWatchTests() => _watch = new(_time);

    [Theory]
    [InlineData(11, 50, CancelWatch.Places)]
    [InlineData(10, 50, null)]
    [InlineData(49, 49, null)]
    [InlineData(21, 100, CancelWatch.Places)]
    public void More_than_a_fifth_of_an_hours_calls_cost_places(int cancelled, int calls, long? places)
    {
        var caller = Someone();
        Note(caller, cancelled, calls);

        Assert.Equal(places, Restricted(caller, []));
    }

    [Fact]
    public void After_an_hour_it_is_forgotten()
    {
        var caller = Someone();
        Note(caller, 50, 50);
        _time.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(CancelWatch.Places, Restricted(caller, []));

        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(Restricted(caller, []));
    }

    [Fact]
    public void Good_calls_make_up_for_it()
    {
        var caller = Someone();
        Note(caller, 50, 50);
        Note(caller, 0, 200);

        Assert.Null(Restricted(caller, []));
    }

    [Fact]
    public void A_keys_own_limits_stay_and_only_get_tighter()
    {
        var caller = Someone();
        Note(caller, 50, 50);
        var own = new LimitRule(LimitScope.Key, new(caller.Line.Value, ""), "key", new(7, 8, 9, 1));
        var other = new LimitRule(LimitScope.Organization, new(Guid.Empty, ""), "org", new(1, null, null, null));

        Assert.True(_watch.Restrict(caller, [own, other]).SequenceEqual([own, other]));
        Assert.Equal(
            own with { Quota = own.Quota with { Concurrent = CancelWatch.Places } },
            _watch.Restrict(caller, [own with { Quota = own.Quota with { Concurrent = 100 } }, other])[0]);
    }

    [Fact]
    public void Others_are_not_touched()
    {
        Note(Someone(), 50, 50);

        Assert.Null(Restricted(Someone(), []));
    }

    private static Caller Someone() => new(
        new(Guid.CreateVersion7(Start)), KeyKind.Api, new(Guid.CreateVersion7(Start)), "label", "abcd", Start, null);

    private void Note(Caller caller, int cancelled, int calls)
    {
        for (var call = 0; call < calls; call++)
        {
            _watch.Note(caller.Line, call < cancelled);
        }
    }

    private long? Restricted(Caller caller, LimitRule[] rules) =>
        _watch.Restrict(caller, rules).FirstOrDefault(rule => rule.Scope == LimitScope.Key)?.Quota.Concurrent;
}
