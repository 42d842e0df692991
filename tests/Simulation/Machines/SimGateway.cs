using System.Diagnostics.CodeAnalysis;
using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>One process of a machine: the ledger as a gateway has it, on the books, disks and clocks of the
/// run.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A killed process disposes nothing.")]
internal sealed class SimGateway
{
    private static readonly long RoundEvery = TimeSpan.FromMilliseconds(50).Ticks;

    private readonly World _world;
    private readonly Machine _machine;
    private readonly LeaseKeeper _keeper;
    private readonly PriceBook _book;
    private readonly SimJournals _journals;
    private bool _isInRound;
    private bool _isStopping;
    private long _nextRound;

    internal SimGateway(World world, Machine machine, StoreCalls calls, SimStore store, PriceShelf shelf)
    {
        (_world, _machine) = (world, machine);
        Process = new(world);
        _journals = new(world, machine, Process, machine.JournalOptions());
        var books = new StoreLink(world, store, calls, Process);
        var options = Options(machine);
        Replica = new(books, _journals, options, machine.Clock, new SimLogger<Replica>(world))
        {
            NewId = machine.NewId,
        };
        _book = new(shelf, options);
        _keeper = new(Replica, _book, options, machine.Clock, new SimLogger<LeaseKeeper>(world));
        var reservations = new Reservations(
            Replica, books, options, machine.Clock, new SimLogger<Reservations>(world));
        Ledger = new(new(shelf, null), Replica, reservations, _book, new SimLogger<Ledger>(world));
    }

    internal SimProcess Process { get; }

    internal Replica Replica { get; }

    internal Ledger Ledger { get; }

    /// <summary>Whether requests are served.</summary>
    internal bool IsServing { get; private set; }

    internal bool IsStopping => _isStopping;

    /// <summary>Whether an incarnation of this process was told that the books are older than it.</summary>
    internal bool HasLearnedOfRollback(string incarnation) =>
        _machine.Oracle.Find(incarnation).ToldStep < long.MaxValue;

    /// <summary>Requests under way.</summary>
    internal int OpenRequests { get; private set; }

    /// <summary>Journals that this process writes.</summary>
    internal IReadOnlyList<LifeFate> Journals => _journals.Written;

    /// <summary>Recovers what earlier processes left, then serves.</summary>
    internal void Start() => Process.Begin(async () =>
    {
        var rollbacks = _machine.Oracle.Rollbacks;
        try
        {
            await _book.LoadAsync(CancellationToken.None);
            await Replica.StartAsync();
            IsServing = true;
            if (rollbacks == _machine.Oracle.Rollbacks)
            {
                _machine.Recovered(this);
            }
        }
        catch (JournalDamagedException error)
        {
            _world.Require(_machine.IsDamaged, "damage", $"A sound journal is refused: {error}");
            _machine.Repair();
            _machine.End(this);
        }
        catch (Exception error) when (error is BillingUnavailableException or IOException)
        {
            _machine.End(this);
        }
    });

    /// <summary>The short round, when it is due.</summary>
    internal void TryRound()
    {
        if (!IsServing || _isInRound || _isStopping || Process.IsStopped || _world.Clock.Now < _nextRound)
        {
            return;
        }

        _isInRound = true;
        _nextRound = _world.Clock.Now + RoundEvery;
        Process.Begin(async () =>
        {
            await _keeper.RoundAsync(CancellationToken.None);
            _isInRound = false;
            if (Replica.HasFailed)
            {
                Stop();
            }
        });
    }

    /// <summary>The clean end.</summary>
    internal void Stop()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        Process.Begin(async () =>
        {
            while (_isInRound)
            {
                await _world.PauseAsync(Process);
            }

            await Replica.StopAsync();
            _machine.End(this);
        });
    }

    /// <summary>A request.</summary>
    internal void Serve(Func<Task> request)
    {
        OpenRequests++;
        Process.Begin(async () =>
        {
            await request();
            OpenRequests--;
        });
    }

    /// <summary>Everything that waits for its disk.</summary>
    internal void WriteGroups()
    {
        foreach (var life in _journals.Written)
        {
            life.Journal.WriteGroup();
            life.Journal.Flush();
        }
    }

    /// <summary>One write group of one of its journals.</summary>
    internal void WriteGroup()
    {
        if (_journals.Written is { Count: > 0 } written && !Process.IsStopped)
        {
            _world.Dice.Pick(written).Journal.WriteGroup();
        }
    }

    /// <summary>One flush of one of its journals.</summary>
    internal void Flush()
    {
        if (_journals.Written is { Count: > 0 } written && !Process.IsStopped)
        {
            var life = _world.Dice.Pick(written);
            life.Journal.Flush();
            if (life.Journal.HasFailed)
            {
                life.LosesUnsynced();
            }
        }
    }

    /// <summary>The process is no more.</summary>
    internal void Kill()
    {
        IsServing = false;
        Process.Kill();
        foreach (var life in _journals.Written)
        {
            life.Journal.Dispose();
        }
    }

    // Seconds where a real gateway has minutes: what matters is their order.
    private static BillingOptions Options(Machine machine) => new()
    {
        DataDirectory = "",
        Node = machine.Node,
        UnseenLimit = TimeSpan.FromMilliseconds(500),
        LostLimit = TimeSpan.FromSeconds(2),
        BeatEvery = TimeSpan.FromMilliseconds(100),
        LookEvery = TimeSpan.FromMilliseconds(250),
        StopWindow = TimeSpan.FromSeconds(1),
    };
}
