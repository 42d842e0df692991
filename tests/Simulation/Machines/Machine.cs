using System.Buffers.Binary;
using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>A machine: a clock, a disk with the journals of all its processes, and at most one process.</summary>
internal sealed class Machine
{
    private readonly World _world;
    private readonly StoreCalls _calls;
    private readonly SimStore _store;
    private readonly PriceShelf _shelf;
    private readonly int _number;
    private readonly List<LifeFate> _lost = [];
    private long _names;
    private long _restartAt;

    internal Machine(World world, SimStore store, StoreCalls calls, PriceShelf shelf, int number)
    {
        (_world, _store, _calls, _shelf, _number) = (world, store, calls, shelf, number);
        Clock = new(world.Clock);
        Node = NextNode();
    }

    internal MachineClock Clock { get; }

    internal DiskFaults Faults { get; } = new();

    internal Oracle Oracle => _store.Oracle;

    /// <summary>The journals on its disk, oldest first.</summary>
    internal SortedDictionary<string, LifeFate> Folder { get; } = new(StringComparer.Ordinal);

    /// <summary>Its name, kept on its disk.</summary>
    internal string Node { get; private set; }

    internal SimGateway? Gateway { get; private set; }

    internal bool IsDamaged => Folder.Values.Any(life => life.Disk.IsDamaged);

    /// <summary>Whether no process is to be started.</summary>
    internal bool IsRetired { get; set; }

    internal bool HasLostDisk => _lost.Count > 0;

    /// <summary>Ends of processes that nobody asked for.</summary>
    internal long Crashes { get; private set; }

    /// <summary>Small segments, so that a short life has many; ends that wait for the disk on every second
    /// machine.</summary>
    internal JournalOptions JournalOptions() => new()
    {
        SegmentLength = 32 << 10,
        BlockLength = 8 << 10,
        SpareSegments = 1,
        GroupBytes = _world.Dice.OneIn(8) ? 1 << 10 : 16 << 10,
        RingLimit = 512,
        Durability = _number % 2 == 0 ? Durability.Write : Durability.Strict,
        RunsInline = true,
    };

    /// <summary>Ids in the order of their birth.</summary>
    internal Guid NewId(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ++_names);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], _number);
        return new(bytes, bigEndian: true);
    }

    /// <summary>Starts a process when it is time for one.</summary>
    internal void TryStart()
    {
        if (Gateway is null && !IsRetired && _world.Clock.Now >= _restartAt)
        {
            Gateway = new(_world, this, _calls, _store, _shelf);
            Gateway.Start();
        }
    }

    /// <summary>Every journal that lay here before this process has been applied.</summary>
    internal void Recovered(SimGateway gateway)
    {
        foreach (var life in Folder.Values)
        {
            life.IsApplied = !gateway.Journals.Contains(life);
        }
    }

    /// <summary>The process ends by itself; another starts soon.</summary>
    internal void End(SimGateway gateway)
    {
        if (gateway == Gateway)
        {
            _world.Say($"machine {_number} ends");
            gateway.Kill();
            Gateway = null;
            _restartAt = _world.Clock.Now + TimeSpan.FromMilliseconds(_world.Dice.Below(200)).Ticks;
        }
    }

    /// <summary>The process is killed, and with the power go the writes that were not flushed.</summary>
    internal void Crash(bool withPower)
    {
        if (Gateway is null)
        {
            return;
        }

        _world.Say($"machine {_number} crashes, power cut: {withPower}");
        Crashes++;
        End(Gateway);
        if (withPower)
        {
            foreach (var life in Folder.Values)
            {
                life.CutPower();
            }
        }
    }

    /// <summary>A byte on the disk changes by itself.</summary>
    internal void Damage()
    {
        if (Folder.Count > 0 && Gateway is null)
        {
            var life = _world.Dice.Pick([.. Folder.Values]);
            _world.Say($"damage to {life.Incarnation}?");
            life.Disk.TryDamage();
        }
    }

    /// <summary>Damaged files are put back from a copy.</summary>
    internal void Repair()
    {
        foreach (var life in Folder.Values)
        {
            life.Disk.Repair();
        }
    }

    /// <summary>The machine is gone with its disk; another takes its place under a name of its own.</summary>
    internal void LoseDisk()
    {
        Crash(withPower: true);
        _world.Say($"machine {_number} loses its disk");
        foreach (var life in Folder.Values)
        {
            life.IsDiskLost = true;
            _lost.Add(life);
        }

        Folder.Clear();
        Node = NextNode();
    }

    /// <summary>The lost disk turns up: the next start sees it.</summary>
    internal void FindDisk()
    {
        _world.Say($"machine {_number} finds its disk");
        foreach (var life in _lost)
        {
            life.IsDiskLost = false;
            life.IsApplied = false;
            Folder.Add(life.Incarnation, life);
        }

        _lost.Clear();
        Crash(withPower: false);
    }

    /// <summary>Nobody looks for it any more.</summary>
    internal void GiveUpDisk() => _lost.Clear();

    /// <summary>Removes journals that are applied in a copy of the books too.</summary>
    internal void Clean()
    {
        if (Gateway is not { IsServing: true })
        {
            return;
        }

        foreach (var life in Folder.Values.Where(life => life.IsApplied).ToArray())
        {
            Folder.Remove(life.Incarnation);
        }
    }

    private string NextNode() => FormattableString.Invariant($"node-{_number}-{_names}");
}
