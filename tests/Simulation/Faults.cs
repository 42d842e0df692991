namespace Gateway.Simulation;

/// <summary>What goes wrong, and what people do meanwhile.</summary>
internal sealed class Faults(
    World world, SimStore store, StoreCalls calls, Machine[] machines, PriceShelf shelf)
{
    private readonly List<(long At, Action Action)> _ends = [];

    /// <summary>One of them.</summary>
    internal void Step()
    {
        var machine = world.Dice.Pick(machines);
        switch (world.Dice.Below(1000))
        {
            case < 45:
                machine.Crash(withPower: false);
                MaybeDamage(machine);
                break;
            case < 65:
                machine.Crash(withPower: true);
                MaybeDamage(machine);
                break;
            case < 85:
                PlanDiskFault(machine);
                break;
            case < 90:
                machine.LoseDisk();
                break;
            case < 95 when machine.HasLostDisk:
                machine.FindDisk();
                break;
            case < 115:
                Stop(machine);
                break;
            case < 118:
                TakeStoreDown();
                break;
            case < 150:
                Back();
                break;
            case < 165:
                machine.Clock.Offset = TimeSpan.FromMinutes(world.Dice.Between(-90, 90));
                break;
            case < 170:
                machine.Faults.IsFull = true;
                After(500, () => machine.Faults.IsFull = false);
                break;
            case < 180:
                machine.Gateway?.Stop();
                break;
            case < 190:
                shelf.Version++;
                break;
        }
    }

    /// <summary>Ends those that are over by now.</summary>
    internal void EndDue()
    {
        for (var i = _ends.Count - 1; i >= 0; i--)
        {
            if (_ends[i].At <= world.Clock.Now)
            {
                var action = _ends[i].Action;
                _ends.RemoveAt(i);
                action();
            }
        }
    }

    /// <summary>Ends all of them.</summary>
    internal void End()
    {
        foreach (var (_, action) in _ends)
        {
            action();
        }

        _ends.Clear();
        foreach (var machine in machines)
        {
            machine.Faults.Clear();
            if (machine.HasLostDisk && world.Dice.OneIn(2))
            {
                machine.FindDisk();
            }

            machine.GiveUpDisk();
        }
    }

    private void MaybeDamage(Machine machine)
    {
        if (world.Dice.OneIn(12))
        {
            machine.Damage();
        }
    }

    private void PlanDiskFault(Machine machine)
    {
        var fault = world.Dice.Below(8) switch
        {
            0 => DiskFault.Broken,
            < 5 => DiskFault.Killed,
            _ => DiskFault.PowerCut,
        };
        machine.Faults.Plan(fault, 1 + world.Dice.Below(20));
    }

    // The process does not run, and cannot know it.
    private void Stop(Machine machine)
    {
        if (machine.Gateway is not { } gateway)
        {
            return;
        }

        gateway.Process.IsStopped = true;
        After(world.Dice.OneIn(2) ? 300 : 5000, () => gateway.Process.IsStopped = false);
    }

    private void TakeStoreDown()
    {
        store.IsDown = true;
        // Up to five times the limit behind which a replica is an orphan: as 300 s of a real one.
        After(2500, () => store.IsDown = false);
    }

    private void Back()
    {
        if (world.Dice.OneIn(5) && store.TryRollBack())
        {
            world.Say($"the books go back");
            calls.Break();
            return;
        }

        store.TakeSnapshot();
        foreach (var machine in machines)
        {
            machine.Clean();
        }
    }

    private void After(int mostMs, Action action) =>
        _ends.Add((world.Clock.Now + TimeSpan.FromMilliseconds(world.Dice.Between(1, mostMs)).Ticks, action));
}
