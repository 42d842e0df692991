namespace Gateway.DevNet.Miners;

/// <summary>What became of a miner's requests. Safe for concurrent use; a test reads it.</summary>
internal sealed class MinerTally
{
    private long _running;
    private long _finished;
    private long _cancelled;

    /// <summary>Answers under way.</summary>
    internal long Running => Interlocked.Read(ref _running);

    /// <summary>Answers played to their end, faults included.</summary>
    internal long Finished => Interlocked.Read(ref _finished);

    /// <summary>Answers whose caller left.</summary>
    internal long Cancelled => Interlocked.Read(ref _cancelled);

    internal void Start() => Interlocked.Increment(ref _running);

    internal void Finish() => End(ref _finished);

    internal void Cancel() => End(ref _cancelled);

    private void End(ref long outcome)
    {
        Interlocked.Increment(ref outcome);
        Interlocked.Decrement(ref _running);
    }
}
