using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Blocks;

/// <summary>How a runtime lays out the records of System.Events, checked once against what
/// <see cref="EventScan"/> reads by hand: phase, event, topics.</summary>
internal sealed class EventLayout
{
    private readonly TypeRegistry _types;
    private readonly Dictionary<byte, EventPhase> _phases;

    private EventLayout(TypeRegistry types, TypeShape.Composite record)
    {
        _types = types;
        Require(record.Fields is [{ Name: "phase" }, { Name: "event" }, { Name: "topics" }], "records");
        _phases = PhasesOf(types, record.Fields[0].Type);
        Pallets = types[record.Fields[1].Type] as TypeShape.Variant ?? throw Unknown("the event");
        Topics = record.Fields[2].Type;
        foreach (var pallet in Pallets.Cases)
        {
            _ = EventsOf(pallet);
        }
    }

    /// <summary>A case for each pallet that has events.</summary>
    public TypeShape.Variant Pallets { get; }

    /// <summary>The type of a record's topics.</summary>
    public int Topics { get; }

    /// <exception cref="RuntimeDriftException">The layout is not the known one.</exception>
    public static EventLayout Of(RuntimeMetadata metadata)
    {
        var types = metadata.Types;
        return types[metadata.Storage("System", "Events").Value] is TypeShape.Sequence list
            && types[list.Element] is TypeShape.Composite record
                ? new EventLayout(types, record)
                : throw Unknown("the list");
    }

    /// <summary>A case for each event of a pallet.</summary>
    public TypeShape.Variant EventsOf(TypeCase pallet) =>
        pallet.Fields is [var only] && _types[only.Type] is TypeShape.Variant events
            ? events
            : throw Unknown($"the events of {pallet.Name}");

    /// <exception cref="ScaleException">There is no such phase.</exception>
    public EventPhase PhaseOf(byte index) => _phases.TryGetValue(index, out var phase)
        ? phase
        : throw new ScaleException(ScaleFault.UnknownVariant, $"there is no phase {index}");

    private static Dictionary<byte, EventPhase> PhasesOf(TypeRegistry types, int type)
    {
        var phases = new Dictionary<byte, EventPhase>();
        foreach (var one in (types[type] as TypeShape.Variant ?? throw Unknown("the phase")).Cases)
        {
            Require(Enum.TryParse<EventPhase>(one.Name, out var phase), $"the phase {one.Name}");
            var isPlain = phase == EventPhase.ApplyExtrinsic
                ? one.Fields is [var only] && types.FindInteger(only.Type) == ScalePrimitive.U32
                : one.Fields.IsEmpty;
            Require(isPlain, $"the phase {one.Name}");
            phases.Add(one.Index, phase);
        }

        return phases;
    }

    private static void Require(bool known, string what)
    {
        if (!known)
        {
            throw Unknown(what);
        }
    }

    private static RuntimeDriftException Unknown(string what) =>
        new($"The runtime lays out {what} of System.Events in an unknown way.");
}
