namespace Gateway.Billing;

/// <summary>The books in a store: each member one transaction of statements both stores take.</summary>
internal sealed class SqlBooks(ILedgerStore store) : IBooks
{
    // Who has not been heard of for that long does not count when money is divided.
    private static readonly TimeSpan AliveFor = TimeSpan.FromSeconds(15);

    public Task RegisterAsync(string incarnation, string node) =>
        WriteAsync(session => ReplicaSql.RegisterAsync(session, incarnation, node));

    public Task<ReplicaRow?> FindAsync(string incarnation) =>
        store.ReadAsync(session => ReplicaSql.FindAsync(session, incarnation), CancellationToken.None);

    public async Task<IReadOnlyList<string>> AbandonedAsync() => store.IsExclusive
        ? await store.ReadAsync(ReplicaSql.NotClosedAsync, CancellationToken.None)
        : [];

    public Task PressAsync(string org) => WriteAsync(session => AccountSql.PressAsync(session, org));

    public Task FreezeAsync(string org) => WriteAsync(session => AccountSql.FreezeAsync(session, org));

    public Task<BeatReply> BeatAsync(string incarnation, IReadOnlyDictionary<string, long> held) =>
        ReplayAsync(async session =>
        {
            var now = await session.NowAsync();
            await ReplicaSql.BeatAsync(session, incarnation, now);
            foreach (var (account, amount) in held.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                await LeaseSql.HoldAsync(session, incarnation, account, amount);
            }

            return new BeatReply(
                await ReplicaSql.FindAsync(session, incarnation),
                await ReplicaSql.LiveAsync(session, now - Milliseconds(AliveFor)),
                DateTimeOffset.FromUnixTimeMilliseconds(now),
                await LeaseSql.PressedAsync(session, incarnation));
        });

    public Task<MoveReply> MoveAsync(MoveOrder order) => ReplayAsync(session => MoveSql.MoveAsync(
        session, order, Milliseconds(AliveFor)));

    public Task<MoveReply> ForeseeAsync(MoveOrder order) => store.ReadAsync(
        session => MoveSql.ForeseeAsync(session, order, Milliseconds(AliveFor)), CancellationToken.None);

    public Task<PushReply> PushAsync(PushOrder order) => ReplayAsync(session => PushSql.PushAsync(session, order));

    public Task<bool> DrainAsync(string incarnation, long end) =>
        WriteAsync(session => CloseSql.DrainAsync(session, incarnation, end));

    public async Task<SweepReply> SweepAsync(TimeSpan orphanAfter, TimeSpan closeAfter)
    {
        var (orphans, lost) = await store.ReadAsync(
            async session =>
            {
                var now = await session.NowAsync();
                return (
                    await ReplicaSql.UnseenAsync(session, ReplicaState.Live, now - Milliseconds(orphanAfter)),
                    await ReplicaSql.UnseenAsync(session, ReplicaState.Orphaned, now - Milliseconds(closeAfter)));
            },
            CancellationToken.None);
        return new(
            await FilterAsync(orphans, (session, one) =>
                CloseSql.OrphanAsync(session, one, Milliseconds(orphanAfter))),
            await FilterAsync(lost, (session, one) =>
                CloseSql.ForceCloseAsync(session, one, Milliseconds(closeAfter))));
    }

    private async Task<List<string>> FilterAsync(
        List<string> incarnations, Func<SqlSession, string, Task<bool>> operation)
    {
        var done = new List<string>();
        foreach (var incarnation in incarnations)
        {
            if (await WriteAsync(session => operation(session, incarnation)))
            {
                done.Add(incarnation);
            }
        }

        return done;
    }

    // Books that a power cut set back are brought forward by the journal, or this replica begins anew.
    private Task<T> ReplayAsync<T>(Func<SqlSession, Task<T>> operation) => WriteAsync(session =>
    {
        session.IsReplayable = true;
        return operation(session);
    });

    private Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation) =>
        store.WriteAsync(operation, CancellationToken.None);

    private static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
