using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.ChainBridge.Keys;

/// <summary>A Merlin v1.0 transcript (merlin.cool): what both sides of a proof have said so far. A value: assigning it
/// forks the transcript.</summary>
internal struct MerlinTranscript
{
    private Strobe128 _strobe;

    public MerlinTranscript(ReadOnlySpan<byte> protocol)
    {
        _strobe = new Strobe128("Merlin v1.0"u8);
        Append("dom-sep"u8, protocol);
    }

    /// <summary>Says <paramref name="message"/> under a label.</summary>
    public void Append(ReadOnlySpan<byte> label, ReadOnlySpan<byte> message)
    {
        Frame(ref _strobe, label, message.Length);
        _strobe.Data(message);
    }

    /// <summary>Fills <paramref name="challenge"/> with bytes that depend on everything said so far.</summary>
    public void Challenge(ReadOnlySpan<byte> label, Span<byte> challenge)
    {
        Frame(ref _strobe, label, challenge.Length);
        _strobe.Squeeze(challenge);
    }

    /// <summary>Fills <paramref name="witness"/> with bytes nobody can repeat: they depend on the transcript, on
    /// <paramref name="secret"/>, so a broken random source alone gives nothing away, and on 32 fresh random
    /// bytes. The transcript itself stays as it is.</summary>
    public readonly void Witness(ReadOnlySpan<byte> label, ReadOnlySpan<byte> secret, Span<byte> witness)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        Span<byte> fresh = stackalloc byte[32];
        var fork = _strobe;
        try
        {
            RandomNumberGenerator.Fill(fresh);
            Frame(ref fork, label, secret.Length);
            fork.Key(secret);
            fork.MetaData("rng"u8);
            fork.Key(fresh);
            BinaryPrimitives.WriteInt32LittleEndian(length, witness.Length);
            fork.MetaData(length);
            fork.Squeeze(witness);
        }
        finally
        {
            fork.Wipe();
            Sodium.Wipe(fresh);
        }
    }

    /// <summary>Zeroes a transcript that was told a secret.</summary>
    public void Wipe() => _strobe.Wipe();

    private static void Frame(ref Strobe128 strobe, ReadOnlySpan<byte> label, int length)
    {
        Span<byte> encoded = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(encoded, length);
        strobe.MetaData(label);
        strobe.MoreMetaData(encoded);
    }
}
