using System.Collections.Frozen;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Blocks;

/// <summary>Reads the raw bytes of System.Events by one runtime's metadata. Made once, used for every block of that
/// runtime; safe for concurrent use. Every event is checked to its last byte, only wanted ones are made.</summary>
internal sealed class EventScan
{
    private readonly TypeRegistry _types;
    private readonly EventLayout _layout;
    private readonly FrozenSet<(string Pallet, string Name)>? _wanted;

    private EventScan(RuntimeMetadata metadata, FrozenSet<(string Pallet, string Name)>? wanted)
    {
        _types = metadata.Types;
        _layout = EventLayout.Of(metadata);
        _wanted = wanted;
    }

    /// <summary>A scan for some events.</summary>
    /// <exception cref="RuntimeDriftException">The runtime lacks one of them, or lays events out in a way that is not
    /// known.</exception>
    public static EventScan For(RuntimeMetadata metadata, params ReadOnlySpan<(string Pallet, string Name)> wanted)
    {
        foreach (var (pallet, name) in wanted)
        {
            _ = metadata.Event(pallet, name);
        }

        return new EventScan(metadata, wanted.ToArray().ToFrozenSet());
    }

    /// <summary>A scan for all events.</summary>
    /// <exception cref="RuntimeDriftException">The runtime lays events out in a way that is not known.</exception>
    public static EventScan ForAll(RuntimeMetadata metadata) => new(metadata, wanted: null);

    /// <summary>The wanted events of a block, in order.</summary>
    /// <param name="raw">System.Events as stored; empty means no events, as an absent value reads.</param>
    /// <exception cref="ScaleException">The bytes are not exactly a list of this runtime's events.</exception>
    public List<ChainEvent> Read(ReadOnlySpan<byte> raw)
    {
        var found = new List<ChainEvent>();
        if (raw.IsEmpty)
        {
            return found;
        }

        var reader = new ScaleReader(raw);
        var count = reader.ReadLength();
        for (var index = 0; index < count; index++)
        {
            ReadRecord(index, ref reader, found);
        }

        reader.RequireEnd();
        return found;
    }

    private void ReadRecord(int index, ref ScaleReader reader, List<ChainEvent> found)
    {
        try
        {
            var (phase, extrinsic) = ReadPhase(ref reader);
            var pallet = _layout.Pallets[reader.ReadByte()];
            var one = _layout.EventsOf(pallet)[reader.ReadByte()];
            if (ReadEvent(pallet.Name, one, ref reader) is { } value)
            {
                found.Add(new ChainEvent(index, phase, extrinsic, pallet.Name, value));
            }

            ValueSkipper.Skip(_types, _layout.Topics, ref reader);
        }
        catch (ScaleException failure) when (failure.Within(index))
        {
            throw;
        }
    }

    private ScaleValue.Case? ReadEvent(string pallet, TypeCase one, ref ScaleReader reader)
    {
        try
        {
            if (_wanted is null || _wanted.Contains((pallet, one.Name)))
            {
                return new ScaleValue.Case(one.Name, ValueReader.ReadFields(_types, one.Fields, ref reader));
            }

            ValueSkipper.SkipFields(_types, one.Fields, ref reader);
            return null;
        }
        catch (ScaleException failure) when (failure.Within($"{pallet}.{one.Name}"))
        {
            throw;
        }
    }

    private (EventPhase Phase, uint? Extrinsic) ReadPhase(ref ScaleReader reader)
    {
        var phase = _layout.PhaseOf(reader.ReadByte());
        return (phase, phase == EventPhase.ApplyExtrinsic ? reader.ReadUInt32() : null);
    }
}
