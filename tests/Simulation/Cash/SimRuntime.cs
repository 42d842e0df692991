using System.Buffers.Binary;
using Gateway.Billing;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.Simulation;

/// <summary>Blocks in the bytes of a real runtime, spec 224, so that the watcher reads them as it reads a node's.
/// </summary>
internal static class SimRuntime
{
    private const string Resource = "Gateway.Simulation.runtime.scale";
    private const uint SpecVersion = 224;

    private static readonly ScaleValue Phase = ScaleValue.CaseOf("ApplyExtrinsic", ScaleValue.Of(1u));
    private static readonly RuntimeMetadata Metadata = Load();

    internal static Hash256 Genesis { get; } = Hash256.Of("the simulator's chain"u8);

    internal static RuntimeContext Context { get; } = new(Metadata, Genesis, SpecVersion, 1);

    /// <summary>System.Events of a block in which nothing but these transfers happened, one event each.</summary>
    internal static byte[] Events(IEnumerable<FinalizedTransfer> transfers) => Metadata.Types.Encode(
        Metadata.Storage("System", "Events").Value,
        ScaleValue.ListOf([.. transfers.Select(EventOf)]));

    /// <summary>Timestamp.Now of a block.</summary>
    internal static byte[] Moment(long milliseconds)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, milliseconds);
        return bytes;
    }

    private static ScaleValue EventOf(FinalizedTransfer transfer) => ScaleValue.RecordOf(
        ("phase", Phase),
        ("event", ScaleValue.CaseOf("Balances", ScaleValue.CaseOf(
            "Transfer",
            ("from", AccountOf(transfer.Sender!)),
            ("to", AccountOf(transfer.Address)),
            ("amount", ScaleValue.Of((UInt128)transfer.Amount.Value))))),
        ("topics", ScaleValue.ListOf()));

    private static ScaleValue.Bytes AccountOf(string address)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        return Ss58.TryDecode(address, account)
            ? ScaleValue.Of((ReadOnlySpan<byte>)account)
            : throw new ArgumentException($"{address} is no address.", nameof(address));
    }

    private static RuntimeMetadata Load()
    {
        using var stream = typeof(SimRuntime).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return MetadataReader.Read(bytes);
    }
}
