using Gateway.Billing.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Idempotency;

public sealed class SqliteIdempotentCallsTests : IdempotentCallsSuite
{
    // Only here the store's clock is the process's own.
    [Fact]
    public async Task A_key_is_kept_for_24_hours_to_the_millisecond()
    {
        var time = new FakeTimeProvider(Some.Noon);
        await CrashAsync(time: time);
        var call = Call("once");
        await BeginAsync(call);
        await Calls.CompleteAsync(call, null);

        time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await Calls.SweepAsync(Token));
        Assert.IsType<Begun.NotReplayable>(await BeginAsync(Again(call)));

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<Begun.First>(await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task The_keeper_sweeps_at_once_and_then_every_sixtieth_round()
    {
        var time = new FakeTimeProvider(Some.Noon);
        await CrashAsync(time: time);
        using var keeper = new IdempotencyKeeper(Calls, time, NullLogger<IdempotencyKeeper>.Instance);
        await keeper.RoundAsync(Token);
        var call = Call("once");
        await BeginAsync(call);
        time.Advance(TimeSpan.FromHours(24));

        for (var round = 1; round < 60; round++)
        {
            await keeper.RoundAsync(Token);
        }

        Assert.Equal(1, await Node.Store.WriteAsync(
            session => IdempotencySql.DeleteOwnAsync(session, call), Token));
        await BeginAsync(call);
        time.Advance(TimeSpan.FromHours(24));
        await keeper.RoundAsync(Token);
        Assert.Equal(0, await Node.Store.WriteAsync(
            session => IdempotencySql.DeleteOwnAsync(session, call), Token));
    }

    protected override Task<string> CreateDatabaseAsync() => Task.FromResult("");
}

[Trait("Needs", "postgres")]
public sealed class PostgresIdempotentCallsTests(PostgresTemplate template)
    : IdempotentCallsSuite, IClassFixture<PostgresTemplate>
{
    protected override Task<string> CreateDatabaseAsync() => template.CopyAsync();
}
