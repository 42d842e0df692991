using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Tests.Chain;

namespace Gateway.DevNet.Tests.Subnets;

/// <summary>A chain with a subnet, whose blocks a test makes, and calls of SubtensorModule by name.</summary>
internal sealed class SubnetChain(ChainOptions? options = null) : IDisposable
{
    /// <summary>The subnet of the tests.</summary>
    public const ushort NetUid = 4;

    public TestChain Inner { get; } = new(options ?? With([]));

    public SubnetState State
    {
        get
        {
            var best = Inner.Chain.Best;
            return new SubnetState(new TypedState(best.Layout.Metadata, new StateOverlay(best.State)));
        }
    }

    public static ScaleValue Net { get; } = ScaleValue.Of(NetUid);

    public static ChainOptions With(
        IReadOnlyList<GenesisNeuron> neurons, ushort places = 256, uint spec = 224, bool loopback = true) => new()
        {
            SpecVersion = spec,
            AllowsLoopbackAxons = loopback,
            Subnets =
            [
                new SubnetTerms(NetUid, TestChain.Account("//Alice"))
                {
                    Neurons = neurons, MaxAllowedUids = places, Name = "Tests",
                },
            ],
        };

    /// <summary>A neuron owned by <c>uri</c>, whose hotkey is <c>uri//hot</c>.</summary>
    public static GenesisNeuron Neuron(string uri, ulong stake = 0, bool permit = false) =>
        new(TestChain.Account($"{uri}//hot"), TestChain.Account(uri), stake, permit);

    /// <summary>Runs a call in a block of its own; the error's name, or null.</summary>
    public string? Run(string uri, string call, params ReadOnlySpan<(string Name, ScaleValue Value)> arguments) =>
        ErrorOf(Events(uri, call, arguments));

    /// <summary>The events of a call in a block of its own.</summary>
    public List<ChainEvent> Events(
        string uri, string call, params ReadOnlySpan<(string Name, ScaleValue Value)> arguments) =>
        Inner.Run(uri, RuntimeCall.Of(Inner.Runtime.Metadata, SubnetState.Pallet, call, arguments));

    public string? ErrorOf(List<ChainEvent> events)
    {
        var failure = events.SingleOrDefault(one => one.Is("System", "ExtrinsicFailed"))?["dispatch_error"];
        if (failure is null)
        {
            return null;
        }

        var detail = failure[0];
        return Inner.Runtime.Metadata
            .FindError(detail["index"].ToUInt8(), detail["error"].ToBytes().Span[0])!.Value.Error;
    }

    public string? Register(string uri, string hotkey, ushort netuid = NetUid) => Run(
        uri, "burned_register",
        ("netuid", ScaleValue.Of(netuid)), ("hotkey", TestChain.Account(hotkey).ToValue()));

    public string? Serve(string uri, UInt128 ip, ushort port = 8091, byte kind = 4) => Run(
        uri, "serve_axon",
        ("netuid", Net), ("version", ScaleValue.Of(1u)), ("ip", ScaleValue.Of(ip)), ("port", ScaleValue.Of(port)),
        ("ip_type", ScaleValue.Of(kind)), ("protocol", ScaleValue.Of(4u)), ("placeholder1", ScaleValue.Of(0u)),
        ("placeholder2", ScaleValue.Of(0u)));

    public string? SetWeights(string uri, ushort[] uids, ushort[] values, ushort netuid = NetUid, ulong version = 0) =>
        Run(uri, "set_weights",
            ("netuid", ScaleValue.Of(netuid)), ("dests", Numbers(uids)), ("weights", Numbers(values)),
            ("version_key", ScaleValue.Of(version)));

    /// <summary>Makes blocks up to a height.</summary>
    public void GoTo(uint height)
    {
        while (Inner.Chain.Best.Number < height)
        {
            _ = Inner.Chain.Produce();
        }
    }

    public static ScaleValue.List Numbers(ushort[] numbers) =>
        ScaleValue.ListOf([.. numbers.Select(one => (ScaleValue)ScaleValue.Of(one))]);

    public void Dispose() => Inner.Dispose();
}
