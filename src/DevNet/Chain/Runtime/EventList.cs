using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>The events of a block under construction, in order. For one thread.</summary>
internal sealed class EventList(DevRuntime runtime)
{
    private static readonly ScaleValue Finalization = ScaleValue.CaseOf("Finalization");

    private readonly List<byte[]> _records = [];
    private ScaleValue _phase = Finalization;

    public int Count => _records.Count;

    /// <summary>From here on events belong to an extrinsic.</summary>
    public void BeginExtrinsic(uint index) => _phase = ScaleValue.CaseOf("ApplyExtrinsic", ScaleValue.Of(index));

    /// <summary>From here on events belong to no extrinsic.</summary>
    public void BeginFinalization() => _phase = Finalization;

    public void Add(string pallet, string name, params ReadOnlySpan<(string Name, ScaleValue Value)> fields) =>
        _records.Add(runtime.EncodeEvent(_phase, pallet, ScaleValue.CaseOf(name, fields)));

    /// <summary>Adds an event whose fields have no names.</summary>
    public void AddUnnamed(string pallet, ScaleValue.Case one) =>
        _records.Add(runtime.EncodeEvent(_phase, pallet, one));

    /// <summary>Undoes the events of a call that failed.</summary>
    public void Truncate(int count) => _records.RemoveRange(count, _records.Count - count);

    /// <summary>The value of System.Events.</summary>
    public byte[] ToArray()
    {
        var writer = new ScaleWriter();
        writer.WriteLength(_records.Count);
        foreach (var record in _records)
        {
            writer.WriteBytes(record);
        }

        return writer.ToArray();
    }
}
