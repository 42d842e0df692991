using CsCheck;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class Sr25519Tests
{
    private static readonly byte[] Alice =
        Convert.FromHexString("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d");

    /// <summary>Signatures that other implementations made. With CHAIN_DATA naming the folder of
    /// sr25519-verify-vectors.txt also those a node made, which may not be copied here.</summary>
    public static TheoryData<string, string, string, string> ForeignSignatures()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var vector in KeyVectors.Section("sr25519").EnumerateArray())
        {
            data.Add(vector.Text("name"), vector.Text("public"), vector.Text("message"), vector.Text("signature"));
        }

        if (Environment.GetEnvironmentVariable("CHAIN_DATA") is { Length: > 0 } folder)
        {
            foreach (var line in File.ReadLines(Path.Combine(folder, "sr25519-verify-vectors.txt")))
            {
                var parts = line.Split(' ');
                data.Add(parts[0], parts[1], parts[2], parts[3]);
            }
        }

        return data;
    }

    public static TheoryData<string, string, string> Forgeries()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var vector in KeyVectors.Section("sr25519").EnumerateArray())
        {
            foreach (var form in vector.GetProperty("must_fail").EnumerateObject())
            {
                data.Add(form.Name, vector.Text("message"), form.Value.GetString()!);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ForeignSignatures))]
    public void A_foreign_signature_verifies(string name, string publicKey, string message, string signature)
    {
        Assert.NotEmpty(name);
        Assert.True(Sr25519.Verify(
            Convert.FromHexString(publicKey), Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    // The transcript's state repeats after 166 bytes, so this meets every alignment of every operation.
    [Fact]
    public void A_foreign_signature_verifies_at_every_position_of_the_sponge()
    {
        var signatures = KeyVectors.SignaturesByLength.ToArray();
        Assert.Equal(167, signatures.Length);
        for (var length = 0; length < signatures.Length; length++)
        {
            var message = Enumerable.Range(0, length).Select(value => (byte)value).ToArray();
            Assert.True(Sr25519.Verify(Alice, message, signatures[length]), $"{length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Attack_29_A_known_forgery_is_refused(string form, string message, string signature)
    {
        Assert.NotEmpty(form);
        Assert.False(Sr25519.Verify(Alice, Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    [Fact]
    public void Any_message_that_was_signed_verifies_in_ever_new_signatures()
    {
        using var pair = Sr25519Keypair.FromUri("//Alice");
        Gen.Byte.Array[0, 700].Sample(
            message =>
            {
                var (first, second) = (Sign(pair, message), Sign(pair, message));
                Assert.NotEqual(first, second);
                Assert.True(Sr25519.Verify(pair.PublicKey, message, first));
                Assert.True(Sr25519.Verify(pair.PublicKey, message, second));
            },
            iter: 200);
    }

    [Fact]
    public void Any_altered_byte_of_signature_key_or_message_is_refused()
    {
        using var pair = Sr25519Keypair.FromUri("//Alice");
        Gen.Select(Gen.Byte.Array[1, 300], Gen.Int[0, 1 << 20], Gen.Byte[1, 255]).Sample(
            (message, index, flip) =>
            {
                var (key, signature) = (pair.PublicKey.ToArray(), Sign(pair, message));
                Assert.False(Sr25519.Verify(key, message, Altered(signature, index, flip)));
                Assert.False(Sr25519.Verify(Altered(key, index, flip), message, signature));
                Assert.False(Sr25519.Verify(key, Altered(message, index, flip), signature));
                Assert.False(Sr25519.Verify(key, [.. message, 0], signature));
            },
            iter: 100);
    }

    [Fact]
    public void Every_single_altered_byte_of_one_signature_is_refused()
    {
        var vector = KeyVectors.Section("sr25519")[0];
        for (var index = 0; index < Sr25519.SignatureLength; index++)
        {
            Assert.False(Sr25519.Verify(Alice, vector.Hex("message"), Altered(vector.Hex("signature"), index, 0x04)));
        }
    }

    [Fact]
    public void Any_bytes_at_all_are_refused_without_an_error() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 80]).Sample(
            (key, message, signature) => Assert.False(Sr25519.Verify(key, message, signature)));

    // The zero key, and encodings RFC 9496 appendix A.3 calls bad: not canonical, negative, not a square.
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void A_key_that_is_no_canonical_point_verifies_nothing(string key)
    {
        // For the zero key, R = s*B holds whatever the challenge: only its own refusal stands in the way.
        Span<byte> scalar = stackalloc byte[32];
        scalar[0] = 1;
        var signature = new byte[Sr25519.SignatureLength];
        Assert.True(Sodium.TryMultiplyBase(signature.AsSpan(0, 32), scalar));
        scalar.CopyTo(signature.AsSpan(32));
        signature[^1] |= Sr25519.Marker;

        Assert.False(Sr25519.Verify(Convert.FromHexString(key), "message"u8, signature));
    }

    // Both are on the path of every request to a miner.
    [Fact]
    public void Signing_and_verifying_leave_nothing_to_collect()
    {
        using var pair = Sr25519Keypair.FromUri("//Alice");
        var (message, signature) = (new byte[160], new byte[Sr25519.SignatureLength]);
        SignAndVerify();
        var before = GC.GetAllocatedBytesForCurrentThread();
        SignAndVerify();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void SignAndVerify()
        {
            pair.Sign(message, signature);
            Assert.True(Sr25519.Verify(pair.PublicKey, message, signature));
        }
    }

    [Fact]
    public void A_disposed_key_signs_nothing()
    {
        var pair = Sr25519Keypair.FromUri("//Alice");
        pair.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Sign(pair, [1]));
    }

    private static byte[] Sign(Sr25519Keypair pair, byte[] message)
    {
        var signature = new byte[Sr25519.SignatureLength];
        pair.Sign(message, signature);
        return signature;
    }

    private static byte[] Altered(byte[] bytes, int index, byte flip)
    {
        var altered = bytes.ToArray();
        altered[index % bytes.Length] ^= flip;
        return altered;
    }
}
