using System.Text;
using CsCheck;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class HashesTests
{
    private delegate void Hash(ReadOnlySpan<byte> data, Span<byte> hash);

    public static TheoryData<string, string, string> KnownAnswers()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var vector in KeyVectors.Section("hashes").EnumerateArray())
        {
            foreach (var hash in new[] { "twox64", "twox128", "twox256", "blake2b256", "blake2b512" })
            {
                data.Add(hash, vector.Text("text"), vector.Text(hash));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void A_hash_equals_the_one_polkadot_js_makes(string hash, string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Run(hash, Encoding.UTF8.GetBytes(text))));

    // FIPS 202's own example, and the body hash of a dendrite request without fields.
    [Fact]
    public void Sha3_of_nothing_is_the_standards_value() =>
        Assert.Equal(
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
            Convert.ToHexStringLower(Run("sha3", [])));

    // The key of System.Events as polkadot.js makes it: the hashes of the two names, one after the other.
    [Fact]
    public void A_storage_prefix_is_two_twox128()
    {
        byte[] prefix = [.. Run("twox128", "System"u8.ToArray()), .. Run("twox128", "Events"u8.ToArray())];
        Assert.Equal(
            "26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7", Convert.ToHexStringLower(prefix));
    }

    [Fact]
    public void Every_hash_agrees_with_a_second_implementation_on_any_bytes() =>
        Gen.Byte.Array[0, 1000].Sample(data =>
        {
            Assert.Equal(Reference(new Blake2bDigest(256), data), Run("blake2b256", data));
            Assert.Equal(Reference(new Blake2bDigest(512), data), Run("blake2b512", data));
            Assert.Equal(Reference(new Sha3Digest(256), data), Run("sha3", data));
        });

    [Theory]
    [InlineData("twox64", 16)]
    [InlineData("twox128", 8)]
    [InlineData("blake2b256", 64)]
    [InlineData("blake2b512", 32)]
    [InlineData("sha3", 31)]
    public void A_hash_is_refused_room_of_another_length(string hash, int length) =>
        Assert.Throws<ArgumentException>(() => Find(hash).Run([1, 2, 3], new byte[length]));

    private static byte[] Run(string hash, byte[] data)
    {
        var (run, length) = Find(hash);
        var result = new byte[length];
        run(data, result);
        return result;
    }

    private static (Hash Run, int Length) Find(string hash) => hash switch
    {
        "twox64" => (Hashes.TwoX64, 8),
        "twox128" => (Hashes.TwoX128, 16),
        "twox256" => (Hashes.TwoX256, 32),
        "blake2b256" => (Hashes.Blake2b256, 32),
        "blake2b512" => (Hashes.Blake2b512, 64),
        "sha3" => (Hashes.Sha3, 32),
        _ => throw new ArgumentOutOfRangeException(nameof(hash)),
    };

    private static byte[] Reference(IDigest digest, byte[] data)
    {
        var result = new byte[digest.GetDigestSize()];
        digest.BlockUpdate(data, 0, data.Length);
        digest.DoFinal(result, 0);
        return result;
    }
}
