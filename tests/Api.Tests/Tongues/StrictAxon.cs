using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Tongues;

/// <summary>What an axon of bittensor does before it looks at a Synapse (opentensor/bittensor, core/axon.py:
/// AxonMiddleware, verify_body_integrity, default_verify), for a Synapse with the fields roles and messages, both
/// required and both hashed.</summary>
internal sealed class StrictAxon
{
    public const string Synapse = "Prompting";

    private readonly Dictionary<string, long> _nonces = [];

    /// <summary>Why requests were refused.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>The Synapses that passed.</summary>
    public List<JsonElement> Taken { get; } = [];

    /// <summary>How it answers one that passed.</summary>
    public Func<MinerCall, Task> Answer { get; set; } = call =>
        call.SendStatusAsync(200, """{"name":"Prompting","roles":[],"messages":[],"completion":"Four, of course."}""");

    public async Task ServeAsync(MinerCall call)
    {
        var problem = Problem(call);
        if (problem is not null)
        {
            Refusals.Add(problem);
            await call.SendStatusAsync(401, """{"message":"Not Verified"}""");
            return;
        }

        Taken.Add(call.Json);
        await Answer(call);
    }

    private string? Problem(MinerCall call)
    {
        string Header(string name) => call.Headers.GetValueOrDefault(name, "");
        var (sender, uuid) = (Header("bt_header_dendrite_hotkey"), Header("bt_header_dendrite_uuid"));
        var hash = Header("computed_body_hash");
        var nonce = long.Parse(Header("bt_header_dendrite_nonce"), CultureInfo.InvariantCulture);
        var text = $"{nonce}.{sender}.{OneMiner.Hotkey}.{uuid}.{hash}";
        return call.Path != $"/{Synapse}" || Header("name") != Synapse ? $"no such Synapse: {call.Path}"
            : !double.TryParse(Header("timeout"), CultureInfo.InvariantCulture, out _) ? "no timeout"
            : Header("bt_header_axon_hotkey") != OneMiner.Hotkey ? "for another"
            : InputOf(Header("bt_header_input_obj_roles")) != "[]" ? "an empty Synapse has no roles"
            : InputOf(Header("bt_header_input_obj_messages")) != "[]" ? "an empty Synapse has no messages"
            : hash != HashOf(call.Json) ? "the body has another hash"
            : long.Parse(Header("bt_header_dendrite_version"), CultureInfo.InvariantCulture) < 7_002_000 ? "too old"
            : !OneMiner.IsSigned(sender, text, Header("bt_header_dendrite_signature")) ? "not signed"
            : Rises($"{sender}:{uuid}", nonce) ? null : "an old nonce";
    }

    private bool Rises(string key, long nonce)
    {
        var rises = nonce > _nonces.GetValueOrDefault(key);
        _nonces[key] = nonce;
        return rises;
    }

    private static string InputOf(string header) => Encoding.ASCII.GetString(Convert.FromBase64String(header));

    // str() of a list of texts as CPython prints it; the tests send none with quotes or control characters.
    private static string HashOf(JsonElement body) => Sha3(string.Concat(
        new[] { "roles", "messages" }.Select(field => Sha3(
            "[" + string.Join(", ", body.GetProperty(field).EnumerateArray().Select(one => $"'{one.GetString()}'"))
            + "]"))));

    private static string Sha3(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        ChainBridge.Keys.Hashes.Sha3(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash);
    }
}
