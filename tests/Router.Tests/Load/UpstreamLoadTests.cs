using Gateway.Router.Load;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Load;

public sealed class UpstreamLoadTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly UpstreamLoad _load;

    public UpstreamLoadTests()
    {
        _load = new(_time);
    }

    [Fact]
    public void Five_failures_in_a_row_eject_and_four_do_not()
    {
        End(AttemptMark.Bad, 4);
        Assert.False(_load.Read().Ejected);

        End(AttemptMark.Bad);

        Assert.Equal(new(0, 5, true), _load.Read());
    }

    [Fact]
    public void Half_of_the_last_twenty_eject()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.False(_load.Read().Ejected);
            End(AttemptMark.Good);
            End(AttemptMark.Bad);
        }

        Assert.True(_load.Read().Ejected);
    }

    [Theory]
    [InlineData(1, 100, false)]
    [InlineData(2, 100, false)]
    [InlineData(3, 2, true)]
    public void It_takes_three_organisations_in_a_row_to_eject_for_everybody(
        int orgs, int failuresOfEach, bool isEjected)
    {
        for (var i = 0; i < failuresOfEach; i++)
        {
            Enumerable.Range(0, orgs).ToList().ForEach(org => EndFor(Org(org), AttemptMark.Bad));
        }

        Assert.Equal(isEjected, _load.Read().Ejected);
        Assert.Equal(isEjected, _load.IsEjectedFor(Org(9)));
        Assert.Equal(isEjected || failuresOfEach >= 5, _load.IsEjectedFor(Org(0)));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void It_takes_three_organisations_among_the_last_twenty_likewise(int orgs, bool isEjected)
    {
        var wasEjected = false;
        for (var i = 0; i < 30; i++)
        {
            EndFor(Org(9), AttemptMark.Good);
            EndFor(Org(i % orgs), AttemptMark.Bad);
            wasEjected |= _load.Read().Ejected;
        }

        Assert.Equal(isEjected, wasEjected);
    }

    [Fact]
    public void What_one_organisation_lacks_another_ones_success_does_not_give_back()
    {
        Enumerable.Range(0, 5).ToList().ForEach(_ => EndFor(Org(0), AttemptMark.Bad));

        EndFor(Org(1), AttemptMark.Good);
        Assert.True(_load.IsEjectedFor(Org(0)));
        EndFor(Org(0), AttemptMark.Good);

        Assert.False(_load.IsEjectedFor(Org(0)));
    }

    [Fact]
    public void An_organisation_waits_twice_as_long_each_time()
    {
        Enumerable.Range(0, 5).ToList().ForEach(_ => EndFor(Org(0), AttemptMark.Bad));
        foreach (var seconds in (int[])[30, 60, 120, 240, 480, 600, 600])
        {
            Assert.True(_load.IsEjectedFor(Org(0)));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.False(_load.IsEjectedFor(Org(0)));
            EndFor(Org(0), AttemptMark.Bad);
        }
    }

    [Fact]
    public void A_crowd_of_organisations_is_kept_small_and_forgotten_when_it_does_not_return()
    {
        var own = new OwnEjections();
        for (var i = 0; i < 5 * 200; i++)
        {
            own.Fail(Org(i / 5), i);
        }

        Assert.False(own.Holds(Org(0), 1000));
        Assert.True(own.Holds(Org(199), 1000));
        own.Succeed(Org(500), TimeSpan.FromHours(1).Ticks);
        Assert.False(own.Any);
    }

    [Fact]
    public void What_says_nothing_changes_nothing()
    {
        End(AttemptMark.Bad, 4);
        End(AttemptMark.Neutral, 10);

        Assert.Equal(new(0, 4, false), _load.Read());
    }

    [Fact]
    public void Ejections_double_from_30_seconds_to_10_minutes()
    {
        End(AttemptMark.Bad, 5);
        foreach (var seconds in (int[])[30, 60, 120, 240, 480, 600, 600])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.True(_load.Read().Ejected);
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.False(_load.Read().Ejected);
            End(AttemptMark.Bad);
            Assert.True(_load.Read().Ejected);
        }
    }

    [Fact]
    public void Trials_come_one_by_one_and_a_good_one_ends_the_ejection()
    {
        End(AttemptMark.Bad, 5);
        _time.Advance(TimeSpan.FromSeconds(30));

        _load.Begin();
        Assert.True(_load.Read().Ejected);
        _load.End(AttemptMark.Good);

        Assert.Equal(new(0, 0, false), _load.Read());
        End(AttemptMark.Bad, 5);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(_load.Read().Ejected);
    }

    [Fact]
    public void Failures_that_end_during_an_ejection_do_not_lengthen_it()
    {
        End(AttemptMark.Bad, 8);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.False(_load.Read().Ejected);
    }

    [Fact]
    public void Loads_of_upstreams_that_vanish_are_forgotten()
    {
        var table = new LoadTable(_time);
        var kept = Planning.Experts.Of("static/a", "m");
        table.Of(Planning.Experts.Of("static/b", "m"));
        var load = table.Of(kept);

        table.Prune(new(2, [kept]));

        Assert.Equal(1, table.Count);
        Assert.Same(load, table.Of(kept));
    }

    private static Guid Org(int number) => new(number + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private void EndFor(Guid org, AttemptMark mark)
    {
        _load.Begin();
        _load.End(mark, org);
    }

    private void End(AttemptMark mark, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _load.Begin();
            _load.End(mark);
        }
    }
}
