using Gateway.Router.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Storage;

public sealed class UptimeBookTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("uptime-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 12, 10, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_replicas_saw_adds_up_and_survives_them()
    {
        var store = await OpenAsync();
        var (one, two) = (new UptimeBook(store, _time), new UptimeBook(store, _time));
        one.Note("part", "api", isGood: true);
        two.Note("part", "api", isGood: false);
        two.Note("part", "api", isGood: true);
        Assert.True(await one.ExchangeAsync(Ct));
        Assert.True(await two.ExchangeAsync(Ct));

        var next = new UptimeBook(store, _time);
        await next.ExchangeAsync(Ct);
        var line = Assert.Single(next.Of("part", "api"));
        Assert.Equal((2L, 1L), (line.Good, line.Bad));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), line.Start);
        Assert.Equal(2.0 / 3, next.ShareOf("part", "api", TimeSpan.FromHours(24)));
        Assert.Null(next.ShareOf("part", "deposits", TimeSpan.FromHours(24)));
    }

    [Fact]
    public async Task What_was_not_written_yet_counts_once_before_and_after()
    {
        var book = new UptimeBook(await OpenAsync(), _time);
        book.Note("part", "api", isGood: true);
        await book.ExchangeAsync(Ct);
        book.Note("part", "api", isGood: false);
        Assert.Equal((1L, 1L), Counts(book));
        await book.ExchangeAsync(Ct);
        await book.ExchangeAsync(Ct);
        Assert.Equal((1L, 1L), Counts(book));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_loses_nothing()
    {
        var book = new UptimeBook(RouterStore.OfSqlite(_folder, _time), _time);
        book.Note("part", "api", isGood: true);
        Assert.False(await book.ExchangeAsync(Ct));
        Assert.Equal((1L, 0L), Counts(book));
        await OpenAsync();
        Assert.True(await book.ExchangeAsync(Ct));
        Assert.Equal((1L, 0L), Counts(book));
    }

    [Fact]
    public async Task Ninety_days_are_kept_and_days_are_enough_for_some()
    {
        var book = new UptimeBook(await OpenAsync(), _time);
        book.Note("expert", "a m", isGood: true, byDay: true);
        _time.Advance(TimeSpan.FromHours(5));
        book.Note("expert", "a m", isGood: true, byDay: true);
        await book.ExchangeAsync(Ct);
        Assert.Equal(0, Assert.Single(book.Of("expert", "a m")).Start.Hour);
        Assert.Equal(["a m"], book.NamesOf("expert"));
        _time.Advance(TimeSpan.FromDays(UptimeBook.Days + 1));
        await book.ExchangeAsync(Ct);
        Assert.Empty(book.Of("expert", "a m"));
    }

    private static (long, long) Counts(UptimeBook book)
    {
        var line = Assert.Single(book.Of("part", "api"));
        return (line.Good, line.Bad);
    }

    private async Task<RouterStore> OpenAsync()
    {
        var store = RouterStore.OfSqlite(_folder, _time);
        await store.MigrateAsync(Ct);
        return store;
    }
}
