using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.ChainBridge.Dialects;

namespace Gateway.ChainBridge.Tests.Dialects;

/// <summary>Fernet against the specification's own vector (github.com/fernet/spec, generate.json) and against tokens
/// made by CPython's hmac and the openssl command, which the Python package cryptography opened.</summary>
public sealed class FernetTests
{
    private const string SpecKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_732_290_001);

    [Fact]
    public void It_makes_the_token_of_the_specification()
    {
        var time = DateTimeOffset.Parse("1985-10-26T01:20:00-07:00", CultureInfo.InvariantCulture);
        var token = Fernet.Seal(
            Base64Url.DecodeFromChars(SpecKey), "hello"u8, time, [.. Enumerable.Range(0, 16).Select(n => (byte)n)]);

        Assert.Equal(
            "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
            Encoding.ASCII.GetString(token));
    }

    [Theory]
    [InlineData("{\"n\":1,\"text\":\"grüße\"}", 1732290001L, 200,
        "gAAAAABnQKXRyMnKy8zNzs_Q0dLT1NXW18lG4-tAjYgNJmWf9PVlSEByw2yFF35fJ2GnvntqHvTWAQaYlBLqJljeIK94qlKa82GJW0mI5rBQVd"
        + "-OpKg76IM=")]
    [InlineData("sixteen bytes..!", 1732290001L, null,
        "gAAAAABnQKXRAAAAAAAAAAAAAAAAAAAAAJZtcwc6HTJ6Yjs3nf44cCge8TyVRj7PFv2dF26HcXSktvDYBKUDI23R7cpnVuY-TD81aXIV6CdML2"
        + "mNafDUd4Y=")]
    [InlineData("", 0L, null,
        "gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM1N-Y9qS0VXYKUjr6BoffxjlZWM-uG_cNpzTcpDsEZqljYihWZyn1rAa1-h3Na1FA==")]
    public void It_makes_the_tokens_that_others_make(string message, long time, int? firstOfIv, string token)
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
        byte[] iv = [.. Enumerable.Range(0, 16).Select(n => (byte)(firstOfIv is { } first ? first + n : 0))];

        Assert.Equal(token, Encoding.ASCII.GetString(
            Fernet.Seal(key, Encoding.UTF8.GetBytes(message), DateTimeOffset.FromUnixTimeSeconds(time), iv)));
    }

    [Fact]
    public void A_session_tells_the_miner_alone_its_key_and_seals_each_body_anew()
    {
        using var miner = RSA.Create(2048);
        using var session = FiberSession.Create(miner.ExportSubjectPublicKeyInfoPem());
        var key = miner.Decrypt(Convert.FromBase64String(session.EncryptedKey), RSAEncryptionPadding.OaepSHA256);
        Assert.Equal((32, 64), (key.Length, session.KeyId.Length));

        var one = session.Seal("""{"model":"m","n":1}"""u8, Now, Guid.CreateVersion7(Now));
        var two = session.Seal("""{"model":"m","n":1}"""u8, Now, Guid.CreateVersion7(Now));
        var read = JsonSerializer.Deserialize<JsonElement>(Open(key, one));

        Assert.NotEqual(one, two);
        Assert.Equal(("m", 1), (read.GetProperty("model").GetString(), read.GetProperty("n").GetInt32()));
        Assert.Matches("^1732290001000000000_[0-9a-f]{10}$", read.GetProperty("nonce").GetString());
    }

    [Fact]
    public void No_session_is_made_with_what_is_no_strong_key_and_none_seals_what_is_no_chat()
    {
        using var weak = RSA.Create(1024);
        Assert.Throws<ArgumentException>(() => FiberSession.Create(weak.ExportSubjectPublicKeyInfoPem()));
        Assert.Throws<ArgumentException>(() => FiberSession.Create("-----BEGIN PUBLIC KEY-----\nAAAA\n"));
        Assert.Throws<ArgumentException>(() => FiberSession.Create(""));
        using var miner = RSA.Create(2048);
        var session = FiberSession.Create(miner.ExportSubjectPublicKeyInfoPem());
        Assert.Throws<ArgumentException>(() => session.Seal("[1]"u8, Now, Guid.CreateVersion7(Now)));
        Assert.Throws<ArgumentException>(() => session.Seal("""{"nonce":1}"""u8, Now, Guid.CreateVersion7(Now)));
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Seal("{}"u8, Now, Guid.CreateVersion7(Now)));
    }

    // The other direction, spelt out: what is not made by the code under test.
    private static byte[] Open(byte[] key, byte[] token)
    {
        var bytes = Base64Url.DecodeFromUtf8(token);
        Assert.Equal(HMACSHA256.HashData(key.AsSpan(0, 16), bytes.AsSpan(0, bytes.Length - 32)), bytes[^32..]);
        using var aes = Aes.Create();
        aes.SetKey(key.AsSpan(16));
        return aes.DecryptCbc(bytes.AsSpan(25, bytes.Length - 57), bytes.AsSpan(9, 16));
    }
}
