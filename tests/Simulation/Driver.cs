namespace Gateway.Simulation;

/// <summary>Decides what happens next, and lets everything come to rest from time to time.</summary>
internal sealed class Driver
{
    private const int MachineCount = 4;
    private const int CheckEvery = 2000;
    private const int CheckMemoryEvery = 200;
    private const int RequestsUntilRest = 20_000;
    private const int MostOpen = 150;
    private const int MostRestSteps = 100_000;

    private readonly World _world;
    private readonly SimStore _store;
    private readonly StoreCalls _calls;
    private readonly Traffic _traffic;
    private readonly CashDesk _cash;
    private readonly Machine[] _machines;
    private readonly Faults _faults;
    private readonly long _seed;

    internal Driver(long seed, TextWriter? trace)
    {
        _seed = seed;
        _world = new(seed, trace);
        var oracle = new Oracle(_world);
        _store = new(_world, oracle);
        _calls = new(_world, _store);
        _traffic = new(_world, oracle);
        _cash = new(_world, _store, _calls, _traffic);
        var shelf = new PriceShelf();
        _machines = [.. Enumerable.Range(0, MachineCount).Select(n => new Machine(_world, _store, _calls, shelf, n))];
        _faults = new(_world, _store, _calls, _machines, shelf);
    }

    internal SimulationResult Run(long requests)
    {
        SimulationFailedException? failure = null;
        try
        {
            _cash.Fund();
            while (_store.Oracle.Requests < requests)
            {
                var until = long.Min(requests, _store.Oracle.Requests + RequestsUntilRest);
                _world.HasFaults = true;
                while (_store.Oracle.Requests < until)
                {
                    Step();
                }

                Rest();
            }
        }
        catch (SimulationFailedException error)
        {
            failure = error;
        }
#pragma warning disable CA1031 // Whatever it is, the run found it.
        catch (Exception error)
        {
            failure = _world.Failure ?? _world.Fail("unexpected", error.ToString());
        }
#pragma warning restore CA1031

        return new(
            _seed, _store.Oracle.Requests, _traffic.Held, _machines.Sum(machine => machine.Crashes), _world.Step,
            _store.Oracle.UncollectibleCount, _store.Oracle.Lost, _store.Cash.Counts, failure);
    }

    private void Step()
    {
        _world.Step++;
        _world.Clock.Advance(_world.Dice.Below(5000));
        _faults.EndDue();
        switch (_world.Dice.Below(1000))
        {
            case < 600 when _world.PauseCount < MostOpen:
                Ask();
                break;
            case < 790:
                _world.EndPause();
                break;
            case < 890:
                Disk(gateway => gateway.WriteGroup());
                break;
            case < 930:
                Disk(gateway => gateway.Flush());
                break;
            case < 985:
                _calls.Advance();
                break;
            case < 990:
                _cash.Step();
                break;
            default:
                _faults.Step();
                break;
        }

        Go();
        if (_world.Step % CheckEvery == 0)
        {
            Invariants.Check(_world, _store, _traffic);
            _cash.Checks.Check();
        }

        if (_world.Step % CheckMemoryEvery == 0)
        {
            CheckMemory();
        }
    }

    private void Ask()
    {
        if (_world.Dice.Pick(_machines).Gateway is { IsServing: true } gateway)
        {
            _traffic.Begin(gateway);
        }
    }

    private void Disk(Action<SimGateway> action)
    {
        var machine = _world.Dice.Pick(_machines);
        if (machine.Gateway is not { } gateway)
        {
            return;
        }

        try
        {
            action(gateway);
        }
        catch (ProcessKilledException killed)
        {
            machine.Crash(killed.IsPowerCut);
        }
    }

    private void Go()
    {
        foreach (var machine in _machines)
        {
            machine.TryStart();
            if (machine.Gateway is { } gateway && !gateway.Process.IsStopped)
            {
                RunOn(machine, gateway);
            }
        }

        _cash.Run();
        if (_world.Failure is { } failure)
        {
            throw failure;
        }
    }

    // A start makes journals, and may be killed while it does.
    private static void RunOn(Machine machine, SimGateway gateway)
    {
        try
        {
            gateway.TryRound();
            gateway.Process.Run();
        }
        catch (ProcessKilledException killed)
        {
            machine.Crash(killed.IsPowerCut);
        }

        if (gateway.Process.Killed is { } inside)
        {
            machine.Crash(inside.IsPowerCut);
        }
    }

    private void CheckMemory()
    {
        foreach (var machine in _machines)
        {
            if (machine.Gateway is { } gateway)
            {
                Invariants.Check(_world, gateway);
            }
        }
    }

    // Nothing fails any more: what is under way ends, and every machine starts once more and ends cleanly, so that each
    // journal has been read after the last time that the books went back.
    private void Rest()
    {
        _world.HasFaults = false;
        _world.Say($"rest");
        _faults.End();
        RestUntil("requests end", IsIdle);
        foreach (var machine in _machines)
        {
            Invariants.CheckIdle(_world, machine.Gateway!);
            machine.Gateway!.Stop();
        }

        RestUntil("all start again", () => All(machine => machine.Gateway is { IsServing: true, IsStopping: false }));
        RestUntil("orphans are given up", AreOthersClosed);
        foreach (var machine in _machines)
        {
            machine.IsRetired = true;
            machine.Gateway!.Stop();
        }

        RestUntil("all end", () => All(machine => machine.Gateway is null));
        Forget();
    }

    private void Forget()
    {
        _cash.Settle();
        Invariants.Check(_world, _store, _traffic);
        Invariants.CheckStill(_world, _store);
        _cash.Checks.CheckStill();
        _cash.Forget();
        _store.Oracle.Close();
        _store.Forget();
        foreach (var machine in _machines)
        {
            machine.Folder.Clear();
            machine.IsRetired = false;
        }
    }

    private void RestUntil(string what, Func<bool> condition)
    {
        for (var steps = 0; !condition(); steps++)
        {
            _world.Require(steps < MostRestSteps, "I17", $"Nothing fails, and still it never comes that {what}.");
            _world.Step++;
            _world.Clock.Advance(TimeSpan.TicksPerMillisecond * 5);
            _world.EndPause();
            _calls.Advance();
            foreach (var machine in _machines)
            {
                machine.Gateway?.WriteGroups();
            }

            Go();
        }
    }

    private bool IsIdle() => _world.PauseCount == 0 && _calls.Count == 0
        && All(machine => machine.Gateway is { IsServing: true, IsStopping: false, OpenRequests: 0 });

    private bool AreOthersClosed() => _store.State.Replicas.Values.All(
        replica => replica.IsClosed
            || _machines.Any(machine => machine.Gateway!.Replica.Own.Contains(replica.Incarnation)));

    private bool All(Predicate<Machine> condition) => Array.TrueForAll(_machines, condition);
}
