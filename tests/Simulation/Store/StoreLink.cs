using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>How one gateway reaches the books.</summary>
internal sealed class StoreLink(World world, SimStore store, StoreCalls calls, SimProcess process) : IBooks
{
    public Task RegisterAsync(string incarnation, string node) => CallAsync(() =>
    {
        store.Register(incarnation, node);
        return true;
    });

    public async Task<BeatReply> BeatAsync(string incarnation, IReadOnlyDictionary<string, long> held)
    {
        var reply = await CallAsync(() => store.Beat(incarnation, held));
        var life = store.Oracle.Find(incarnation);
        if (reply.Row is null || reply.Row.Seq < life.AppliedSeq)
        {
            life.LearnsOfRollback(world.Step);
        }

        return reply;
    }

    public async Task<MoveReply> MoveAsync(MoveOrder order)
    {
        var reply = await CallAsync(() => store.Move(order));
        if (reply.Outcome == MoveOutcome.Behind)
        {
            store.Oracle.Find(order.Incarnation).LearnsOfRollback(world.Step);
        }

        return reply;
    }

    public Task<MoveReply> ForeseeAsync(MoveOrder order) =>
        throw new NotSupportedException("Nobody looks ahead in the simulator.");

    public async Task<PushReply> PushAsync(PushOrder order)
    {
        var reply = await CallAsync(() => store.Push(order));
        var life = store.Oracle.Find(order.Incarnation);
        if (reply.Seq < order.From || reply.WentBack)
        {
            life.LearnsOfRollback(world.Step);
        }

        life.AppliedSeq = reply.Seq;
        return reply;
    }

    public Task<ReplicaRow?> FindAsync(string incarnation) => CallAsync(() => store.Find(incarnation));

    public Task<bool> DrainAsync(string incarnation, long end) => CallAsync(() => store.Drain(incarnation, end));

    public Task<SweepReply> SweepAsync(TimeSpan orphanAfter, TimeSpan closeAfter) =>
        CallAsync(() => store.Sweep(orphanAfter, closeAfter));

    public Task<IReadOnlyList<string>> AbandonedAsync() => Task.FromResult<IReadOnlyList<string>>([]);

    public Task PressAsync(string org) => CallAsync(() =>
    {
        store.State.Accounts[org].Row.IsPressed = true;
        return true;
    });

    public Task FreezeAsync(string org) => CallAsync(() =>
    {
        store.Freeze(org);
        return true;
    });

    private Task<T> CallAsync<T>(Func<T> operation) => calls.AskAsync(process, operation);
}
