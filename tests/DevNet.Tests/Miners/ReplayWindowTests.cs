using Gateway.DevNet.Miners;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.DevNet.Tests.Miners;

public sealed class ReplayWindowTests
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(16);

    [Fact]
    public void An_id_is_remembered_for_the_whole_span_whenever_it_came()
    {
        for (var second = 0; second < 40; second++)
        {
            var time = new FakeTimeProvider();
            var window = new ReplayWindow(Span, capacity: 10, time);
            time.Advance(TimeSpan.FromSeconds(second));
            Assert.True(window.TryTake("id"));
            for (var later = 0; later < (int)Span.TotalSeconds; later++)
            {
                Assert.False(window.TryTake("id"), $"taken at {second} s, again {later} s later");
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Fact]
    public void An_id_is_forgotten_after_two_spans()
    {
        var time = new FakeTimeProvider();
        var window = new ReplayWindow(Span, capacity: 1, time);
        Assert.True(window.TryTake("id"));
        time.Advance(Span);
        Assert.True(window.TryTake("other"));
        time.Advance(Span);
        Assert.True(window.TryTake("id"));
    }

    [Fact]
    public void A_full_window_refuses_what_it_could_not_remember()
    {
        var window = new ReplayWindow(Span, capacity: 2, new FakeTimeProvider());
        Assert.True(window.TryTake("a"));
        Assert.True(window.TryTake("b"));
        Assert.False(window.TryTake("c"));
    }

    [Fact]
    public void Of_many_at_once_with_one_id_one_passes()
    {
        var window = new ReplayWindow(Span, capacity: 100, TimeProvider.System);
        var passed = 0;
        Parallel.For(0, 1_000, _ => Interlocked.Add(ref passed, window.TryTake("id") ? 1 : 0));
        Assert.Equal(1, passed);
    }
}
