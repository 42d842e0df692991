using Gateway.Billing;
using Gateway.ChainBridge.Watcher;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Simulation;

/// <summary>A process with the real deposit watcher on two nodes that must agree. Two of them race, are killed at any
/// step, and begin again where the books are.</summary>
internal sealed class Watcher
{
    private const int Nodes = 2;

    private static readonly WatcherOptions Pace = new()
    {
        Batch = 5,
        Rechecks = 1,
        RecheckPause = TimeSpan.Zero,
        ReconcileEvery = 20,
        ReconcileAgain = 2,
    };

    private readonly World _world;
    private readonly StoreCalls _calls;
    private readonly CashBooks _books;
    private readonly SimChain _chain;
    private readonly SimAddresses _addresses;
    private DepositWatcher _watcher = null!;
    private bool _isAtWork;

    internal Watcher(World world, StoreCalls calls, CashBooks books, SimChain chain, SimAddresses addresses)
    {
        (_world, _calls, _books, _chain, _addresses) = (world, calls, books, chain, addresses);
        Start();
    }

    internal SimProcess Process { get; private set; } = null!;

    /// <summary>Takes what is there, unless it still does.</summary>
    internal void Round()
    {
        if (_isAtWork)
        {
            return;
        }

        _isAtWork = true;
        Process.Begin(async () =>
        {
            try
            {
                await FollowAsync();
            }
            catch (BillingUnavailableException)
            {
                // The next round reads where the books are.
            }

            _isAtWork = false;
        });
    }

    internal void Kill()
    {
        Process.Kill();
        Start();
    }

    private void Start()
    {
        Process = new(_world);
        _isAtWork = false;
        var process = Process;
        _watcher = new(
            ([.. Enumerable.Range(0, Nodes).Select(_ => new SimNode(_world, _calls, process, _chain))], Nodes),
            SimRuntime.Genesis.ToString(),
            new SimSink(_world, _calls, process, _books, _addresses),
            new AddressLookup(_addresses),
            (TimeProvider.System, Pace),
            NullLogger.Instance);
    }

    private async Task FollowAsync()
    {
        var watcher = _watcher;
        if (_world.Dice.OneIn(4) && _chain.At(_books.State.Height) is { } known)
        {
            await RepeatAsync(known);
        }

        while (await watcher.RoundAsync(fromGenesis: true, CancellationToken.None))
        {
        }
    }

    // A transfer that was handed over before, alone: nothing comes of it.
    private async Task RepeatAsync(SimBlock block)
    {
        foreach (var transfer in block.Transfers.Where(one => one.Amount.Value > 0))
        {
            await _calls.AskAsync(
                Process, () => transfer.Height <= _books.State.Height ? _books.Take(transfer) : null);
        }
    }
}
