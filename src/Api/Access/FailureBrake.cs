using System.Collections.Concurrent;
using System.Net;
using Gateway.Api.Hosting;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Access;

/// <summary>Counts failed authentications by address, minute by minute. Above the limit an address reads 429, and no
/// key is looked up for it that is not known already. Whoever has a known key is never held up. Behind a shared
/// address a valid key is still looked up: there one caller's failures must not lock out the others.</summary>
internal sealed class FailureBrake(GatewaySettings settings, TimeProvider time)
{
    /// <summary>Addresses counted at once; beyond it counting starts anew, so that memory is bounded.</summary>
    public const int MaxAddresses = 65_536;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<UInt128, Failures> _failures = new();

    /// <summary>How many addresses are counted.</summary>
    public int Count => _failures.Count;

    /// <summary>Whether an unknown key from there is refused without being looked up.</summary>
    public bool Refuses(IPAddress? address) =>
        address is not null
        && _failures.TryGetValue(AddressKey.Of(address), out var failures)
        && failures.Read(time) >= settings.FailuresPerMinute
        && !AddressKey.IsShared(settings.SharedAddresses, address);

    /// <summary>Counts a failed authentication and gives its answer.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="error">The answer below the limit.</param>
    public RefusedException Note(IPAddress? address, OpenAiError error)
    {
        if (address is null)
        {
            return new(error);
        }

        if (_failures.Count >= MaxAddresses)
        {
            _failures.Clear();
        }

        var left = _failures.GetOrAdd(AddressKey.Of(address), static _ => new()).Add(time, out var count);
        return new(count <= settings.FailuresPerMinute ? error : TooMany(left));
    }

    private static OpenAiError TooMany(TimeSpan left)
    {
        var seconds = (int)Math.Ceiling(left.TotalSeconds);
        return new(StatusCodes.Status429TooManyRequests, "requests", "rate_limit_exceeded",
            $"Too many requests without a valid key came from your address. Try again in {seconds}s.")
        {
            RetryAfter = seconds,
        };
    }

    /// <summary>One address's failures in its current minute.</summary>
    private sealed class Failures
    {
        private readonly Lock _gate = new();
        private long _began;
        private int _count;

        public int Read(TimeProvider time)
        {
            lock (_gate)
            {
                return _count > 0 && time.GetElapsedTime(_began) < Window ? _count : 0;
            }
        }

        /// <summary>Counts one more and tells what is left of the minute.</summary>
        public TimeSpan Add(TimeProvider time, out int count)
        {
            lock (_gate)
            {
                if (_count == 0 || time.GetElapsedTime(_began) >= Window)
                {
                    (_began, _count) = (time.GetTimestamp(), 0);
                }

                count = _count = Math.Min(_count, int.MaxValue - 1) + 1;
                return Window - time.GetElapsedTime(_began);
            }
        }
    }
}
