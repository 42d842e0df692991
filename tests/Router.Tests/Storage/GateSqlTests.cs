using Gateway.Router.Gating;
using Gateway.Router.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Storage;

public sealed class GateSqlTests : IDisposable
{
    private const double HalfLife = 6 * 3600;
    private const double Day = 24 * 3600;

    private readonly string _folder = Directory.CreateTempSubdirectory("gate-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_folded_for_years_stays_a_number_and_weighs_by_its_age()
    {
        var store = RouterStore.OfSqlite(_folder, _time);
        await store.MigrateAsync(Ct);
        for (var run = 1; run <= 4; run++)
        {
            var landmark = run * 400 * Day;
            var row = new SumRow(new(run, 0, 0, new byte[8]), 0, 0, 1, landmark, new(3, 4));
            await store.RunAsync(session => GateSql.PushAsync(
                session, row.Incarnation, [new(GateRows.Miner, "one", row)], run), Ct);
            await store.RunAsync(session => GateSql.FoldAsync(session, run + 1, HalfLife, 10_000), Ct);
        }

        var folded = Assert.Single(await store.RunAsync(session => GateSql.RowsAsync(session, GateSql.Base), Ct));

        // Four hundred days at a half-life of six hours leave nothing of the older ones.
        Assert.Equal(1600 * Day, folded.Row.Landmark);
        Assert.Equal(new Sums(3, 4), folded.Row.Sums);
    }
}
