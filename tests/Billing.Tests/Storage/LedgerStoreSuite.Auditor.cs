using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task An_audit_outlasts_what_a_request_would_wait()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var (begun, token) = (new TaskCompletionSource(), TestContext.Current.CancellationToken);
        var slow = Node.Store.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(session.Dialect == SqlDialect.Sqlite ? "SELECT 1" : "LOCK TABLE lease");
                begun.SetResult();
                await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System, CancellationToken.None);
                return 0;
            },
            token);
        await begun.Task;

        Assert.Empty(await Node.Audit.RunAsync(token));

        await slow;
        Assert.Equal(new(1_000), (await Node.BalanceAsync(payer.Org)).Available);
    }

    [Fact]
    public async Task Books_that_nobody_could_check_for_five_rounds_wake_somebody()
    {
        var lossy = await LoseAnswersAsync();
        var logger = new LevelLogger();
        using var auditor = new Auditor(Node.Store, TimeProvider.System, logger);
        for (var outage = 0; outage < 2; outage++)
        {
            logger.Levels.Clear();
            lossy.IsDown = true;
            for (var round = 0; round < 5; round++)
            {
                await auditor.TimedRoundAsync(TestContext.Current.CancellationToken);
            }

            lossy.IsDown = false;
            await auditor.TimedRoundAsync(TestContext.Current.CancellationToken);
            Assert.Equal([.. Enumerable.Repeat(LogLevel.Warning, 4), LogLevel.Critical], logger.Levels);
        }
    }

    private sealed class LevelLogger : ILogger<Auditor>
    {
        internal List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Levels.Add(logLevel);
    }

    [Fact]
    public async Task The_auditor_freezes_whose_books_are_wrong_and_nobody_else()
    {
        var token = TestContext.Current.CancellationToken;
        var (wrong, right) = (await Node.CreditNewAsync(1_000), await Node.CreditNewAsync(1_000));
        using var auditor = new Auditor(Node.Store, TimeProvider.System, NullLogger<Auditor>.Instance);
        Assert.Equal(0, await auditor.RoundAsync(token));

        await ChangeAsync("UPDATE org_account SET available = available + 1 WHERE org = @org", wrong);

        Assert.True(await auditor.RoundAsync(token) > 0);
        Assert.IsType<Reserved.Frozen>(await Node.ReserveAsync(wrong, Node.Quote(1, 0)));
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(right, Node.Quote(1, 0)));
        await ChangeAsync("UPDATE org_account SET available = available - 1 WHERE org = @org", wrong);
    }
}
