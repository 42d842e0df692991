using System.Globalization;
using System.Text.Json;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Dialects;

/// <summary>The dialect dendrite, as in opentensor/bittensor @bb526e6 core/dendrite.py, axon.py and synapse.py: a POST
/// to <c>/{Synapse}</c> whose JSON body is the Synapse.</summary>
internal sealed class Dendrite(Sr25519Keypair key, Hotkey sender)
{
    // From this version on an axon reads id and nonce (core/axon.py, default_verify).
    private const string Version = "7002000";
    private const long NanosecondsPerTick = 100;

    // An axon takes only rising nonces for a sender and its id, so the id is one for the life of the key.
    private readonly Lock _lock = new();
    private string _uuid = "";
    private long _lastNonce;

    public SignedHeaders Sign(ReadOnlySpan<byte> body, MinerCall call)
    {
        var (uuid, nonce) = Next(call);
        var hash = BodyHash(body, call.HashedFields);
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{nonce}.{sender}.{call.Receiver}.{uuid}.{hash}");
        return new SignedHeaders(
        [
            new("name", call.Synapse),
            new("timeout", Seconds(call.Timeout)),
            new("bt_header_axon_ip", call.Address.Host),
            new("bt_header_axon_port", call.Address.Port.ToString(CultureInfo.InvariantCulture)),
            new("bt_header_axon_hotkey", call.Receiver.Ss58),
            new("bt_header_dendrite_version", Version),
            new("bt_header_dendrite_nonce", nonce.ToString(CultureInfo.InvariantCulture)),
            new("bt_header_dendrite_uuid", uuid),
            new("bt_header_dendrite_hotkey", sender.Ss58),
            new("bt_header_dendrite_signature", $"0x{SignedText.Sign(key, text)}"),
            new("computed_body_hash", hash),
        ]);
    }

    /// <summary>SHA3-256 over the joined SHA3-256 hex of each hashed field as Python prints it, in the order of the
    /// Synapse's own list (core/synapse.py, body_hash).</summary>
    /// <exception cref="ArgumentException">The body is no JSON object, lacks a hashed field, or has one that cannot be
    /// printed.</exception>
    internal static string BodyHash(ReadOnlySpan<byte> body, IReadOnlyCollection<string> hashed)
    {
        if (hashed.Count == 0)
        {
            return SignedText.Sha3("");
        }

        var reader = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || hashed.Any(field => !root.TryGetProperty(field, out _)))
        {
            throw new ArgumentException("A Synapse is a JSON object with every field that is hashed.", nameof(body));
        }

        return SignedText.Sha3(string.Concat(
            hashed.Select(field => SignedText.Sha3(PythonText.Of(root.GetProperty(field))))));
    }

    private (string Uuid, long Nonce) Next(MinerCall call)
    {
        var now = (call.Now - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
        lock (_lock)
        {
            _uuid = _uuid.Length > 0 ? _uuid : call.Uuid.ToString("D");
            _lastNonce = Math.Max(now, _lastNonce + 1);
            return (_uuid, _lastNonce);
        }
    }

    // As Python prints a float: "12.0", "0.5".
    private static string Seconds(TimeSpan timeout)
    {
        var text = timeout.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }
}
