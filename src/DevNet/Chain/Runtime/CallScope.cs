using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Calls;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>The block under construction, as calls see it. For one thread.</summary>
internal sealed class CallScope
{
    private readonly StateOverlay _overlay;
    private readonly CallTable _calls;

    public CallScope(DevRuntime runtime, StateOverlay overlay, CallTable calls, uint block)
    {
        _overlay = overlay;
        _calls = calls;
        Runtime = runtime;
        Block = block;
        State = new TypedState(runtime.Metadata, overlay);
        Subnets = new SubnetState(State);
        Events = new EventList(runtime);
        Accounts = new AccountBook(runtime, State, Events);
    }

    public DevRuntime Runtime { get; }

    public TypedState State { get; }

    public SubnetState Subnets { get; }

    /// <summary>Whether neurons may listen on loopback.</summary>
    public bool AllowsLoopback => _calls.AllowsLoopbackAxons;

    public EventList Events { get; }

    public AccountBook Accounts { get; }

    /// <summary>The height of the block under construction.</summary>
    public uint Block { get; }

    /// <summary>The position of the extrinsic that runs.</summary>
    public uint Extrinsic { get; private set; }

    /// <summary>Weight that was paid for and not used by the extrinsic that runs.</summary>
    public ulong UnusedWeight { get; private set; }

    public void BeginExtrinsic(uint index)
    {
        Extrinsic = index;
        UnusedWeight = 0;
        Events.BeginExtrinsic(index);
    }

    /// <summary>Notes weight that was paid for and is not used.</summary>
    public void ReturnWeight(ulong weight) => UnusedWeight = CallWeight.Add(UnusedWeight, weight);

    /// <summary>Runs a call; when it fails, everything it did is undone.</summary>
    public DispatchError? Dispatch(Origin origin, ScaleValue.Case call)
    {
        var events = Events.Count;
        _overlay.Begin();
        if (_calls.Run(this, origin, call) is not { } error)
        {
            _overlay.Commit();
            return null;
        }

        _overlay.Rollback();
        Events.Truncate(events);
        return error;
    }

    /// <summary>A call's BLAKE2b-256, by which multisigs name it.</summary>
    public ScaleValue HashOf(ScaleValue call) =>
        ScaleValue.Of(ChainBridge.Blocks.Hash256.Of(Runtime.EncodeCall(call)).Bytes);
}
