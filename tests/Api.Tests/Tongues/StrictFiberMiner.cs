using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Tongues;

/// <summary>What a miner of fiber's encrypted mode does (rayonlabs/fiber, fiber/encrypted/miner): it exchanges keys,
/// takes each nonce once, checks who signed, and opens what was sealed.</summary>
internal sealed class StrictFiberMiner : IDisposable
{
    private const long WindowNanoseconds = 30_000_000_000;

    private readonly RSA _key = RSA.Create(2048);
    private readonly HashSet<string> _nonces = [];
    private readonly Dictionary<string, byte[]> _keys = [];

    /// <summary>Why requests were refused.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>How many keys were exchanged.</summary>
    public int Exchanges { get; private set; }

    /// <summary>Chats as they were when opened.</summary>
    public List<JsonElement> Opened { get; } = [];

    /// <summary>Whether it exchanges keys at all.</summary>
    public bool IsMute { get; set; }

    /// <summary>It begins anew and has lost all keys.</summary>
    public void Forget() => _keys.Clear();

    public void Dispose() => _key.Dispose();

    public async Task ServeAsync(MinerCall call)
    {
        if (call.Path == "/public-encryption-key")
        {
            var pem = JsonSerializer.Serialize(IsMute ? "" : _key.ExportSubjectPublicKeyInfoPem());
            await call.SendStatusAsync(200, $$"""{"public_key":{{pem}},"timestamp":1.5}""");
        }
        else if (Problem(call) is { } problem)
        {
            Refusals.Add(problem);
            await call.SendStatusAsync(401, """{"detail":"Oi"}""");
        }
        else if (call.Path == "/exchange-symmetric-key")
        {
            Exchanges++;
            _keys[call.Headers["symmetric-key-uuid"]] = _key.Decrypt(
                Convert.FromBase64String(call.Json.GetProperty("encrypted_symmetric_key").GetString()!),
                RSAEncryptionPadding.OaepSHA256);
            await call.SendStatusAsync(200, """{"status":"Symmetric key exchanged successfully"}""");
        }
        else
        {
            await ChatAsync(call);
        }
    }

    private async Task ChatAsync(MinerCall call)
    {
        if (!_keys.TryGetValue(call.Headers["symmetric-key-uuid"], out var key))
        {
            await call.SendStatusAsync(400, """{"detail":"No symmetric key found for that hotkey and uuid"}""");
            return;
        }

        Opened.Add(JsonSerializer.Deserialize<JsonElement>(Open(key, call.Body.Span)));
        if (Opened[^1].GetProperty("stream").GetBoolean())
        {
            await call.SendTextAsync("Sealed", 1);
            await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("7", "1") + ChatFrames.Done);
            return;
        }

        await call.SendStatusAsync(
            200, ChatFrames.Whole("Sealed", """{"prompt_tokens":7,"completion_tokens":1}"""));
    }

    private string? Problem(MinerCall call)
    {
        string Header(string name) => call.Headers.GetValueOrDefault(name, "");
        var (nonce, key) = (Header("nonce"), Header("symmetric-key-uuid"));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var age = now - long.Parse(nonce.Split('_')[0], CultureInfo.InvariantCulture);
        return !_nonces.Add(nonce) ? "a nonce again"
            : age is > WindowNanoseconds or < -WindowNanoseconds ? "an old nonce"
            : Header("miner-hotkey") != OneMiner.Hotkey ? "for another"
            : !OneMiner.IsSigned(Header("validator-hotkey"), $"{nonce}:{OneMiner.Hotkey}:{key}", Header("signature"))
                ? "not signed"
            : null;
    }

    private static byte[] Open(byte[] key, ReadOnlySpan<byte> token)
    {
        var bytes = Base64Url.DecodeFromUtf8(token);
        var mac = HMACSHA256.HashData(key.AsSpan(0, 16), bytes.AsSpan(0, bytes.Length - 32));
        Assert.Equal(mac, bytes[^32..]);
        using var aes = Aes.Create();
        aes.SetKey(key.AsSpan(16));
        return aes.DecryptCbc(bytes.AsSpan(25, bytes.Length - 57), bytes.AsSpan(9, 16));
    }
}
