using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Blocks;

/// <summary>A note in a block's header (paritytech/polkadot-sdk, sp-runtime, generic/digest.rs).</summary>
/// <param name="Kind">Whose note it is.</param>
/// <param name="Engine">Four bytes naming the consensus engine; empty for notes that name none.</param>
/// <param name="Data">The note itself.</param>
internal sealed record DigestItem(DigestKind Kind, ReadOnlyMemory<byte> Engine, ReadOnlyMemory<byte> Data)
{
    private const int EngineLength = 4;

    /// <exception cref="ScaleException">The bytes do not begin with a note.</exception>
    public static DigestItem Read(ref ScaleReader reader)
    {
        var kind = (DigestKind)reader.ReadByte();
        return kind switch
        {
            DigestKind.Other => new DigestItem(kind, default, reader.ReadByteList().ToArray()),
            DigestKind.Consensus or DigestKind.Seal or DigestKind.PreRuntime => new DigestItem(
                kind, reader.ReadBytes(EngineLength).ToArray(), reader.ReadByteList().ToArray()),
            DigestKind.RuntimeUpdated => new DigestItem(kind, default, default),
            _ => throw new ScaleException(ScaleFault.UnknownVariant, $"{(int)kind} is no kind of digest item"),
        };
    }

    public void Write(ScaleWriter writer)
    {
        writer.WriteByte((byte)Kind);
        writer.WriteBytes(Engine.Span);
        if (Kind != DigestKind.RuntimeUpdated)
        {
            writer.WriteByteList(Data.Span);
        }
    }
}
