using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Access;
using Gateway.Api.Hosting;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Makes guessing slow: after five failures for one account from one address every next one waits twice as
/// long, up to a quarter of an hour; likewise after twenty from one address that is nobody's proxy, whatever the
/// accounts. Failures from elsewhere do not hold an account's owner up, so that no stranger locks him out.</summary>
internal sealed class SignInBrake(GatewaySettings settings, TimeProvider time)
{
    /// <summary>Places counted at once; beyond it counting starts anew, so that memory is bounded.</summary>
    public const int MaxPlaces = 65_536;

    private const int FreeForAccount = 5;
    private const int FreeForAddress = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    // A count that nothing was added to for this long is forgotten.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Place, Failures> _failures = new();

    /// <summary>How long this account must wait at this address; zero: it may try now.</summary>
    public TimeSpan Wait(string account, IPAddress? address)
    {
        var one = Left(PlaceOf(account, address), FreeForAccount);
        var all = Left(PlaceOf(null, address), FreeForAddress);
        return one > all ? one : all;
    }

    /// <summary>Counts a failure.</summary>
    public void Note(string account, IPAddress? address)
    {
        if (_failures.Count >= MaxPlaces)
        {
            _failures.Clear();
        }

        Add(PlaceOf(account, address));
        if (address is not null && !AddressKey.IsShared(settings.SharedAddresses, address))
        {
            Add(PlaceOf(null, address));
        }
    }

    /// <summary>Forgets an account's failures at an address: its owner is there.</summary>
    public void Forget(string account, IPAddress? address) => _failures.TryRemove(PlaceOf(account, address), out _);

    private static Place PlaceOf(string? account, IPAddress? address) => new(
        address is null ? 0 : AddressKey.Of(address),
        account is null ? "" : Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(account.Trim().ToUpperInvariant()))));

    private void Add(Place place) => _failures.AddOrUpdate(
        place,
        _ => new(1, time.GetTimestamp()),
        (_, old) => new(time.GetElapsedTime(old.At) > Memory ? 1 : old.Count + 1, time.GetTimestamp()));

    private TimeSpan Left(Place place, int free)
    {
        if (!_failures.TryGetValue(place, out var failures) || failures.Count < free)
        {
            return TimeSpan.Zero;
        }

        const int MostDoublings = 10;
        var wait = TimeSpan.FromSeconds(1 << Math.Min(failures.Count - free, MostDoublings));
        var left = (wait < Longest ? wait : Longest) - time.GetElapsedTime(failures.At);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private readonly record struct Place(UInt128 Address, string Account);

    private readonly record struct Failures(int Count, long At);
}
