using Gateway.ChainBridge.Dialects;
using Gateway.Core;
using Microsoft.AspNetCore.Http;

namespace Gateway.DevNet.Miners;

/// <summary>Lets a request in when a permitted caller signed exactly this body for this miner, just now and
/// once.</summary>
internal sealed class CallerGate(Hotkey self, IReadOnlyList<Hotkey> permitted, TimeProvider time)
{
    private const int MaxIds = 131_072;

    private readonly HashSet<Hotkey> _permitted = [.. permitted];

    // A request may be as far ahead of our clock as behind it, and is remembered through both.
    private readonly ReplayWindow _window = new(EpistulaV2.MaximumAge * 2, MaxIds, time);

    /// <summary>Why the request is refused; null when it may pass. Passing uses its id up.</summary>
    internal ChatRefusal? Refuse(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var check = EpistulaV2.Verify(name => Single(headers, name), body, self, time.GetUtcNow());
        if (check.Fault != EpistulaFault.None)
        {
            return Unauthorized("invalid_signature", $"The request's signature is refused: {check.Fault}.");
        }

        if (!_permitted.Contains(check.SignedBy))
        {
            return Unauthorized("caller_not_permitted", "This caller is not permitted here.");
        }

        // Ids of strangers never enter the window, so that only permitted callers can fill it.
        return _window.TryTake(check.Uuid)
            ? null
            : Unauthorized("replayed_request", "This request's id was used before.");
    }

    private static ChatRefusal Unauthorized(string code, string message) => new(401, code, null, message);

    private static string? Single(IHeaderDictionary headers, string name) =>
        headers.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;
}
