using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gateway.Simulation;

/// <summary>What all parts of a run share.</summary>
internal sealed class World(long seed, TextWriter? trace)
{
    private readonly List<Pause> _pauses = [];

    internal Dice Dice { get; } = new(seed);

    internal SimClock Clock { get; } = new();

    /// <summary>Actions of the driver so far.</summary>
    internal long Step { get; set; }

    /// <summary>Whether anything may go wrong.</summary>
    internal bool HasFaults { get; set; } = true;

    internal TextWriter? Trace { get; } = trace;

    /// <summary>The first broken invariant; it is kept here because whoever found it may be code under test, which
    /// catches.</summary>
    internal SimulationFailedException? Failure { get; private set; }

    /// <summary>Requests that wait for their upstream.</summary>
    internal int PauseCount => _pauses.Count;

    internal void Require(
        bool holds, string invariant, [InterpolatedStringHandlerArgument(nameof(holds))] ref Claim what)
    {
        if (!holds)
        {
            throw Fail(invariant, what.Take());
        }
    }

    internal void Require(bool holds, string invariant, string what)
    {
        if (!holds)
        {
            throw Fail(invariant, what);
        }
    }

    internal SimulationFailedException Fail(string invariant, string what)
    {
        var error = new SimulationFailedException(
            invariant, string.Create(CultureInfo.InvariantCulture, $"{what} (step {Step})"));
        Failure ??= error;
        Say($"FAILED {error.Message}");
        return error;
    }

    internal void Say([InterpolatedStringHandlerArgument("")] ref Claim what)
    {
        if (Trace is not null)
        {
            Trace.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{Step} {Clock.Wall:HH:mm:ss.fff} {what.Take()}"));
        }
    }

    /// <summary>Waits until the driver says so.</summary>
    internal Task PauseAsync(SimProcess process)
    {
        var pause = new Pause(process);
        _pauses.Add(pause);
        return pause.Source.Task;
    }

    /// <summary>Lets one of those who wait go on.</summary>
    internal void EndPause()
    {
        while (_pauses.Count > 0)
        {
            var pause = Dice.Take(_pauses);
            if (!pause.Process.IsDead)
            {
                pause.Source.SetResult();
                return;
            }
        }
    }

    private sealed record Pause(SimProcess Process)
    {
        internal TaskCompletionSource Source { get; } = new();
    }
}
