using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>Calls to the books under way: the driver decides when they reach the books and when the answer comes back.
/// They outlive the process that made them.</summary>
internal sealed class StoreCalls(World world, SimStore store)
{
    private const int Sure = 800;
    private const int Slow = 980;
    private const int LostBefore = 990;
    private const int All = 1000;

    private readonly List<Call> _waiting = [];

    internal int Count => _waiting.Count;

    /// <summary>A process asks the books: the answer comes late, gets lost before or after they did what was asked, or
    /// does not come.</summary>
    internal Task<T> AskAsync<T>(SimProcess process, Func<T> operation)
    {
        var fate = world.HasFaults ? world.Dice.Below(All) : 0;
        if (store.IsDown || fate >= Slow)
        {
            var isApplied = !store.IsDown && fate >= LostBefore;
            return Add(process, operation, isApplied, isAnswered: false, isSlow: world.Dice.OneIn(2));
        }

        return Add(process, operation, isApplied: true, isAnswered: true, isSlow: fate >= Sure);
    }

    private Task<T> Add<T>(SimProcess process, Func<T> operation, bool isApplied, bool isAnswered, bool isSlow)
    {
        var call = new Call<T>(process, operation, isApplied, isAnswered);
        if (isSlow)
        {
            _waiting.Add(call);
        }
        else
        {
            while (!call.Advance(store))
            {
            }
        }

        return call.Task;
    }

    /// <summary>Lets one of them go a step on.</summary>
    internal void Advance()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var call = world.Dice.Take(_waiting);
        if (call.Process.IsDead && world.Dice.OneIn(3))
        {
            // The connection broke with its process.
            return;
        }

        if (!call.Advance(store))
        {
            _waiting.Add(call);
        }
    }

    /// <summary>Connections break, as they do when the books are set back: what nobody waits for never
    /// arrives.</summary>
    internal void Break() => _waiting.RemoveAll(call => call.IsGivenUp || call.Process.IsDead);

    private abstract class Call(SimProcess process)
    {
        internal bool IsGivenUp { get; set; }

        internal SimProcess Process { get; } = process;

        /// <summary>Whether it is over.</summary>
        internal abstract bool Advance(SimStore store);
    }

    private sealed class Call<T>(SimProcess process, Func<T> operation, bool isApplied, bool isAnswered) : Call(process)
    {
        private readonly TaskCompletionSource<T> _answer = new();
        private bool _hasArrived;
        private Exception? _error;
        private T? _result;

        internal Task<T> Task => _answer.Task;

        internal override bool Advance(SimStore store)
        {
            if (!_hasArrived && (isAnswered || IsGivenUp || store.World.Dice.OneIn(2)))
            {
                _hasArrived = true;
                Arrive(store);
                return IsGivenUp;
            }

            if (!isAnswered || _error is BillingUnavailableException)
            {
                _answer.SetException(new BillingUnavailableException("The books do not answer."));
                IsGivenUp = true;
                return _hasArrived;
            }
            else if (_error is not null)
            {
                _answer.SetException(_error);
            }
            else
            {
                _answer.SetResult(_result!);
            }

            return true;
        }

        private void Arrive(SimStore store)
        {
            if (!isApplied || store.IsDown)
            {
                _error = new BillingUnavailableException("The books do not answer.");
                return;
            }

            try
            {
                _result = operation();
            }
            catch (BrokenInvariantException error)
            {
                _error = error;
            }
        }
    }
}
