using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.ChainBridge.Keys;

/// <summary>The part of STROBE v1.0.2 at 128 bits that Merlin uses (strobe.sourceforge.io/specs, merlin.cool). A value:
/// assigning it forks the state.</summary>
internal struct Strobe128
{
    /// <summary>STROBE's R: 200 bytes less twice the 128-bit strength less the two bytes of padding.</summary>
    private const int Rate = 166;

    private const byte FlagInbound = 1;
    private const byte FlagApplication = 2;
    private const byte FlagCipher = 4;
    private const byte FlagMeta = 16;

    private State _state;
    private int _position;
    private int _begin;

    public Strobe128(ReadOnlySpan<byte> protocol)
    {
        // The lanes are seen as bytes and given to libsodium as they lie.
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("STROBE needs a little endian machine.");
        }

        ReadOnlySpan<byte> opening = [1, Rate + 2, 1, 0, 1, 96];
        opening.CopyTo(Bytes);
        "STROBEv1.0.2"u8.CopyTo(Bytes[opening.Length..]);
        Sodium.Permute(_state);
        MetaData(protocol);
    }

    [UnscopedRef]
    private Span<byte> Bytes => MemoryMarshal.AsBytes((Span<ulong>)_state);

    /// <summary>meta-AD; further calls of <see cref="MoreMetaData"/> belong to the same operation.</summary>
    public void MetaData(ReadOnlySpan<byte> data)
    {
        Begin(FlagMeta | FlagApplication);
        Absorb(data);
    }

    /// <summary>Continues the meta-AD operation just begun.</summary>
    public void MoreMetaData(ReadOnlySpan<byte> data) => Absorb(data);

    /// <summary>AD.</summary>
    public void Data(ReadOnlySpan<byte> data)
    {
        Begin(FlagApplication);
        Absorb(data);
    }

    /// <summary>KEY: overwrites the state, so that what came before cannot be computed back.</summary>
    public void Key(ReadOnlySpan<byte> key)
    {
        Begin(FlagApplication | FlagCipher);
        while (!key.IsEmpty)
        {
            var free = Free();
            var taken = int.Min(free.Length, key.Length);
            key[..taken].CopyTo(free);
            Advance(taken);
            key = key[taken..];
        }
    }

    /// <summary>PRF: fills <paramref name="output"/> and forgets what it gave.</summary>
    public void Squeeze(Span<byte> output)
    {
        Begin(FlagInbound | FlagApplication | FlagCipher);
        while (!output.IsEmpty)
        {
            var free = Free();
            var taken = int.Min(free.Length, output.Length);
            free[..taken].CopyTo(output);
            free[..taken].Clear();
            Advance(taken);
            output = output[taken..];
        }
    }

    /// <summary>Zeroes the state; the value is of no use afterwards.</summary>
    public void Wipe() => Sodium.Wipe(Bytes);

    private void Begin(byte flags)
    {
        ReadOnlySpan<byte> header = [(byte)_begin, flags];
        _begin = _position + 1;
        Absorb(header);
        if ((flags & FlagCipher) != 0 && _position != 0)
        {
            Run();
        }
    }

    private void Absorb(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var free = Free();
            var taken = int.Min(free.Length, data.Length);
            for (var i = 0; i < taken; i++)
            {
                free[i] ^= data[i];
            }

            Advance(taken);
            data = data[taken..];
        }
    }

    [UnscopedRef]
    private Span<byte> Free() => Bytes[_position..Rate];

    private void Advance(int taken)
    {
        _position += taken;
        if (_position == Rate)
        {
            Run();
        }
    }

    private void Run()
    {
        var bytes = Bytes;
        bytes[_position] ^= (byte)_begin;
        bytes[_position + 1] ^= 0x04;
        bytes[Rate + 1] ^= 0x80;
        Sodium.Permute(_state);
        _position = 0;
        _begin = 0;
    }

    [InlineArray(Sodium.KeccakLanes)]
    private struct State
    {
        private ulong _lane;
    }
}
