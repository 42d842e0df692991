namespace Gateway.Simulation;

/// <summary>Everything that runs in one process: each await that suspends comes back here, in an order that the dice
/// decide, and never when the process is dead.</summary>
internal sealed class SimProcess(World world) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];

    internal bool IsDead { get; private set; }

    /// <summary>Whether the system does not let it run, for how long it cannot know.</summary>
    internal bool IsStopped { get; set; }

    /// <summary>Set when it was killed in the middle of something of its own.</summary>
    internal ProcessKilledException? Killed { get; private set; }

    internal bool HasWork => _ready.Count > 0 && !IsStopped;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead)
        {
            _ready.Add((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Begins something that goes on by itself.</summary>
    internal void Begin(Func<Task> work) => Within(() => _ = WatchAsync(work));

    /// <summary>Runs what is ready, and what that makes ready.</summary>
    internal void Run()
    {
        if (!HasWork)
        {
            return;
        }

        Within(() =>
        {
            while (HasWork && world.Failure is null)
            {
                var (callback, state) = world.Dice.Take(_ready);
                callback(state);
            }
        });
    }

    internal void Kill()
    {
        IsDead = true;
        _ready.Clear();
    }

    private void Within(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ProcessKilledException killed)
        {
            Killed = killed;
        }
        catch (SimulationFailedException)
        {
            // The world knows of it.
        }
#pragma warning disable CA1031 // Whatever it is, nobody else would hear of it.
        catch (Exception error)
        {
            world.Fail("unexpected", error.ToString());
        }
#pragma warning restore CA1031
    }
}
