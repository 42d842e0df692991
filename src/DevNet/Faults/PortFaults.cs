using Gateway.DevNet.Chain.Blocks;

namespace Gateway.DevNet.Faults;

/// <summary>What is wrong with one port, on request. Set from any thread; a change holds from the next answer on.
/// </summary>
internal sealed class PortFaults(TimeProvider time)
{
    private long _sent;

    /// <summary>Every connection is to be cut off now.</summary>
    public event Action? Disconnecting;

    /// <summary>Before each message.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Cuts the connection off instead of each n-th message; 0 for never.</summary>
    public int DisconnectEvery { get; set; }

    /// <summary>Whether a cut comes in the middle of the message.</summary>
    public bool CutsFrames { get; set; }

    /// <summary>Whether subscribers learn only of the last of several final blocks.</summary>
    public bool SkipsHeads { get; set; }

    /// <summary>States of lower blocks are gone.</summary>
    public uint PrunedBelow { get; set; }

    /// <summary>Heights that this port does not know, from first to last; null for none.</summary>
    public (uint First, uint Last)? Gap { get; set; }

    public EventLie Events { get; set; }

    /// <summary>Whether hashes of heights above 0 are other ones.</summary>
    public bool LiesAboutHashes { get; set; }

    public bool LiesAboutGenesis { get; set; }

    /// <summary>Whether the final head is a block that nobody made.</summary>
    public bool LiesAboutFinality { get; set; }

    /// <summary>The height that the final head pretends to have: a header that nobody made and that hashes right, with
    /// the true state; null for none.</summary>
    public uint? InventedHead { get; set; }

    /// <summary>What is said to be stored under a key, from the key and what truly is; null for the truth.</summary>
    public Func<byte[], byte[]?, byte[]?>? StateLie { get; set; }

    public bool HasGarbageMetadata { get; set; }

    /// <summary>Cuts every connection of this port off.</summary>
    public void DisconnectAll() => Disconnecting?.Invoke();

    /// <summary>Which of some final blocks are told.</summary>
    public IEnumerable<Block> Thin(IReadOnlyList<Block> blocks) => SkipsHeads ? blocks.TakeLast(1) : blocks;

    /// <summary>Waits as long as this port is slow.</summary>
    public Task WaitAsync(CancellationToken ct) =>
        Delay == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(Delay, time, ct);

    /// <summary>Counts a message.</summary>
    /// <returns>Whether the connection is cut off instead.</returns>
    public bool CutsNow() => DisconnectEvery > 0 && Interlocked.Increment(ref _sent) % DisconnectEvery == 0;
}
