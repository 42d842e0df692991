using System.Text;
using CsCheck;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class MerlinTranscriptTests
{
    [Fact]
    public void A_challenge_equals_the_published_one()
    {
        var vector = KeyVectors.Section("merlin");
        var transcript = new MerlinTranscript(Encoding.UTF8.GetBytes(vector.Text("protocol")));
        transcript.Append(
            Encoding.UTF8.GetBytes(vector.GetProperty("append")[0].GetString()!),
            Encoding.UTF8.GetBytes(vector.GetProperty("append")[1].GetString()!));

        var challenge = new byte[32];
        transcript.Challenge(Encoding.UTF8.GetBytes(vector.Text("challenge_label")), challenge);

        Assert.Equal(vector.Text("challenge32"), Convert.ToHexStringLower(challenge));
    }

    // Up to four blocks of the sponge in and three out, so every block boundary is crossed.
    [Fact]
    public void The_last_challenge_depends_on_every_byte_said() =>
        Gen.Select(Gen.Byte.Array[1, 600], Gen.Int[0, 599], Gen.Byte[1, 255]).Sample((message, index, flip) =>
        {
            var altered = message.ToArray();
            altered[index % message.Length] ^= flip;
            Assert.Equal(Challenge(message, 400), Challenge(message, 400));
            Assert.NotEqual(Challenge(message, 400), Challenge(altered, 400));
        });

    [Fact]
    public void Where_a_message_ends_is_part_of_the_transcript()
    {
        var joined = new MerlinTranscript("t"u8);
        joined.Append("a"u8, "bc"u8);
        var split = new MerlinTranscript("t"u8);
        split.Append("a"u8, "b"u8);
        split.Append("a"u8, "c"u8);

        Assert.NotEqual(Challenge(ref joined, 32), Challenge(ref split, 32));
    }

    [Fact]
    public void A_witness_never_repeats_and_leaves_the_transcript_alone()
    {
        var transcript = new MerlinTranscript("t"u8);
        var fork = transcript;
        var (first, second) = (new byte[64], new byte[64]);

        transcript.Witness("w"u8, "secret"u8, first);
        transcript.Witness("w"u8, "secret"u8, second);

        Assert.NotEqual(first, second);
        Assert.Equal(Challenge(ref fork, 32), Challenge(ref transcript, 32));
    }

    private static byte[] Challenge(byte[] message, int length)
    {
        var transcript = new MerlinTranscript("t"u8);
        transcript.Append("m"u8, message);
        return Challenge(ref transcript, length);
    }

    private static byte[] Challenge(ref MerlinTranscript transcript, int length)
    {
        var challenge = new byte[length];
        transcript.Challenge("c"u8, challenge);
        return challenge;
    }
}
