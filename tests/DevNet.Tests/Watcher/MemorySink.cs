using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>Books in memory with the one promise that the watcher builds on: a block is taken in whole, upon its
/// parent, or not at all. Its answers may get lost on the way.</summary>
internal sealed class MemorySink : IBlockSink
{
    private readonly Lock _gate = new();

    /// <summary>By block and event.</summary>
    public Dictionary<(string Block, int Event), WatchedTransfer> Rows { get; } = [];

    public List<string> Halts { get; } = [];

    public List<(string Address, Rao Surplus)> Surpluses { get; } = [];

    public List<string> Shortfalls { get; } = [];

    public List<WatchedSweep> Sweeps { get; } = [];

    /// <summary>What the books hold less of an address than its deposits say, beside sweeps.</summary>
    public Dictionary<string, Rao> Off { get; } = [];

    public ChainPosition? Position { get; private set; }

    public string? Halt { get; private set; }

    /// <summary>Whether a commit dies before it happens, or after it happened.</summary>
    public Func<(bool Before, bool After)> Dies { get; set; } = () => default;

    public Rao Total => Locked(() => new Rao(Rows.Values.Sum(row => row.Amount.Value)));

    public void Lift() => Locked(() => Halt = null);

    public void MoveTo(ChainPosition position) => Locked(() => Position = position);

    public Task<SinkState> StateAsync(string genesis, CancellationToken cancellationToken) =>
        Task.FromResult(Locked(() => new SinkState(Position, Halt)));

    public Task BeginAsync(string genesis, ChainPosition first, CancellationToken cancellationToken)
    {
        Locked(() => Position ??= first);
        return Task.CompletedTask;
    }

    public Task<bool> CommitAsync(WatchedBlock block, CancellationToken cancellationToken) =>
        Task.FromResult(Locked(() =>
        {
            var (before, after) = Dies();
            if (before)
            {
                throw new IOException("The store is away.");
            }

            if (Halt is not null || Position?.Height != block.Position.Height - 1 || Position.Hash != block.Parent)
            {
                return false;
            }

            foreach (var transfer in block.Transfers)
            {
                Rows.Add((block.Position.Hash, transfer.EventIndex), transfer);
            }

            Sweeps.AddRange(block.Sweeps);
            Position = block.Position;
            return after ? throw new IOException("The answer is lost.") : true;
        }));

    public Task HaltAsync(string genesis, long height, string reason, CancellationToken cancellationToken)
    {
        Locked(() =>
        {
            Halt ??= reason;
            Halts.Add(reason);
            return true;
        });
        return Task.CompletedTask;
    }

    public Task<SinkHoldings?> HoldingsAsync(string genesis, CancellationToken cancellationToken) =>
        Task.FromResult(Locked(() => Position is null ? null : new SinkHoldings(Position, [.. Rows.Values
            .GroupBy(row => row.Address, row => row.Amount.Value)
            .Select(sum => KeyValuePair.Create(sum.Key, new Rao(sum.Sum()) - Off.GetValueOrDefault(sum.Key)
                - new Rao(Sweeps.Where(sweep => sweep.Address == sum.Key).Sum(sweep => sweep.Amount.Value))))])));

    public Task SurplusAsync(
        string genesis, ChainPosition at, string address, Rao surplus, DateTimeOffset time,
        CancellationToken cancellationToken)
    {
        Locked(() =>
        {
            if (at == Position)
            {
                Surpluses.Add((address, surplus));
                Off[address] = Off.GetValueOrDefault(address) - surplus;
            }

            return true;
        });
        return Task.CompletedTask;
    }

    public Task ShortfallAsync(string genesis, long height, string reason, CancellationToken cancellationToken)
    {
        Shortfalls.Add(reason);
        return Task.CompletedTask;
    }

    private T Locked<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }
}
