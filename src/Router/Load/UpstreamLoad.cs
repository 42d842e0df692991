using System.Numerics;

namespace Gateway.Router.Load;

/// <summary>What is known of an upstream's health at one moment.</summary>
/// <param name="InFlight">Attempts running.</param>
/// <param name="Failures">Failures since the last success.</param>
/// <param name="Ejected">Whether it sits out; after its time a single trial is let through.</param>
internal readonly record struct LoadReading(int InFlight, int Failures, bool Ejected);

/// <summary>What an attempt's end says about its upstream.</summary>
internal enum AttemptMark
{
    /// <summary>It works.</summary>
    Good,

    /// <summary>It does not.</summary>
    Bad,

    /// <summary>Nothing: the caller left, or the request was at fault.</summary>
    Neutral,
}

/// <summary>The live load and recent failures of one upstream. Reading takes no lock; an attempt's end takes a short
/// one.</summary>
internal sealed class UpstreamLoad(TimeProvider time)
{
    internal const int FailuresInARow = 5;
    internal const int WindowLength = 20;
    internal const int MaxBackoffSteps = 5;
    internal static readonly TimeSpan FirstEjection = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan LongestEjection = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private int _inFlight;
    private int _failures;
    private long _ejectedUntil;
    private uint _window;
    private int _windowCount;
    private int _ejections;

    internal LoadReading Read()
    {
        var inFlight = Volatile.Read(ref _inFlight);
        var until = Volatile.Read(ref _ejectedUntil);
        // Past its time an upstream stays out while a trial runs, so that trials come one by one.
        var ejected = until != 0 && (inFlight > 0 || time.GetUtcNow().UtcTicks < until);
        return new(inFlight, Volatile.Read(ref _failures), ejected);
    }

    internal void Begin() => Interlocked.Increment(ref _inFlight);

    internal void End(AttemptMark mark)
    {
        Interlocked.Decrement(ref _inFlight);
        switch (mark)
        {
            case AttemptMark.Good:
                Succeed();
                break;
            case AttemptMark.Bad:
                Fail();
                break;
            case AttemptMark.Neutral:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(mark), mark, "No such mark.");
        }
    }

    private void Succeed()
    {
        lock (_gate)
        {
            Record(failed: false);
            Volatile.Write(ref _failures, 0);
            Volatile.Write(ref _ejectedUntil, 0);
            _ejections = 0;
        }
    }

    private void Fail()
    {
        lock (_gate)
        {
            Record(failed: true);
            Volatile.Write(ref _failures, _failures + 1);
            // A failure while ejected is a failed trial, or comes from an attempt begun before; only the former counts.
            if (_ejectedUntil != 0 ? time.GetUtcNow().UtcTicks >= _ejectedUntil : ShouldEject())
            {
                Eject();
            }
        }
    }

    private bool ShouldEject() =>
        _failures >= FailuresInARow
        || (_windowCount == WindowLength && BitOperations.PopCount(_window) * 2 >= WindowLength);

    private void Eject()
    {
        var span = FirstEjection * (1 << Math.Min(_ejections, MaxBackoffSteps));
        span = span < LongestEjection ? span : LongestEjection;
        _ejections++;
        _window = 0;
        _windowCount = 0;
        Volatile.Write(ref _ejectedUntil, (time.GetUtcNow() + span).UtcTicks);
    }

    private void Record(bool failed)
    {
        _window = ((_window << 1) | (failed ? 1u : 0u)) & ((1u << WindowLength) - 1);
        _windowCount = Math.Min(_windowCount + 1, WindowLength);
    }
}
