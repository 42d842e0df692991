namespace Gateway.Router.Load;

/// <summary>The live state of every slot of a routing table, written by the upstreams' loads as it changes, so that a
/// plan over thousands of them copies a few arrays instead of asking each one.</summary>
internal sealed class LiveBoard(int slots)
{
    private readonly Lock _gate = new();
    private volatile int[] _ejected = [];

    /// <summary>Belongs to no table: what is written to it is lost.</summary>
    internal static LiveBoard None { get; } = new(0);

    /// <summary>By slot: what is taken off the score for failures since the last success; positive infinity for one
    /// that must not get more.</summary>
    internal float[] Penalties { get; } = new float[slots];

    /// <summary>By slot: attempts running over the limit; 1 and more is full.</summary>
    internal float[] Loads { get; } = new float[slots];

    /// <summary>By slot: expected seconds to the first token.</summary>
    internal float[] First { get; } = new float[slots];

    /// <summary>By slot: expected seconds for each further token.</summary>
    internal float[] PerToken { get; } = new float[slots];

    /// <summary>Slots that may be ejected; seldom any. The load itself knows whether its time is over.</summary>
    internal int[] Ejected => _ejected;

    /// <summary>Writes the state of one slot; by one thread at a time for each slot.</summary>
    internal void Write(int slot, float penalty, float load, bool isEjected)
    {
        if (slot >= Penalties.Length)
        {
            return;
        }

        Penalties[slot] = penalty;
        Loads[slot] = load;
        if (Array.IndexOf(_ejected, slot) >= 0 != isEjected)
        {
            Eject(slot, isEjected);
        }
    }

    /// <summary>Writes the pace of one slot, likewise.</summary>
    internal void WritePace(int slot, double first, double perToken)
    {
        if (slot < First.Length)
        {
            First[slot] = (float)first;
            PerToken[slot] = (float)perToken;
        }
    }

    private void Eject(int slot, bool isEjected)
    {
        lock (_gate)
        {
            var others = _ejected.Where(other => other != slot);
            _ejected = isEjected ? [.. others, slot] : [.. others];
        }
    }
}
