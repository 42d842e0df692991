using System.Diagnostics.CodeAnalysis;

namespace Gateway.Router.Forwarding;

/// <summary>A second attempt that may be started beside a slow first one. Whichever has a first token takes the word
/// and stops the other, which is neither paid nor held against anybody.</summary>
/// <param name="first">The attempt under way.</param>
/// <param name="second">Starts another, at another operator.</param>
/// <param name="isAllowed">Takes the hedge from its budget; asked once, when the first is late.</param>
internal sealed class HedgeRace(UpstreamAttempt first, Func<UpstreamAttempt> second, Func<bool> isAllowed)
{
    private readonly Lock _gate = new();
    private bool _closed;

    /// <summary>The second attempt, once it was started.</summary>
    internal UpstreamAttempt? Second { get; private set; }

    private Task<AttemptResult>? Running { get; set; }

    /// <summary>The first one's first token is late. Never waits.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "It runs on a timer: a hedge that cannot be made is none, and the first attempt goes on.")]
    internal void OnLate()
    {
        try
        {
            Start();
        }
        catch (Exception)
        {
            Close();
        }
    }

    /// <summary>Somebody has taken the word: the other is stopped.</summary>
    internal void Decide(Receiver speaker)
    {
        UpstreamAttempt? loser;
        lock (_gate)
        {
            _closed = true;
            loser = ReferenceEquals(speaker, first.Receiver) ? Second : first;
        }

        loser?.Lose();
    }

    /// <summary>The first attempt has ended: from now on no second one is started.</summary>
    /// <returns>The second one's end; null when there is none.</returns>
    internal Task<AttemptResult>? Close()
    {
        lock (_gate)
        {
            _closed = true;
            return Running;
        }
    }

    private void Start()
    {
        lock (_gate)
        {
            if (_closed || first.Call.HasSpeaker || !isAllowed())
            {
                return;
            }

            var attempt = second();
            Second = attempt;
            Running = Task.Run(attempt.RunAsync);
        }
    }
}
