using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Subnets;

/// <summary>Writes what a new subnet begins with: at genesis, and by register_network.</summary>
internal static class SubnetFounding
{
    private const ulong Registrations = 256;
    private const ulong Immunity = 20;
    private const ulong RateLimit = 10;

    // Rao of TAO and of alpha: a price of one.
    private const ulong PoolAtGenesis = 10_000_000_000_000;
    private const uint AxonVersion = 1;

    /// <summary>Writes a subnet's terms, without a pool or neurons.</summary>
    public static void Open(SubnetState state, SubnetTerms terms, ulong block)
    {
        var net = SubnetState.Key(terms.NetUid);
        state.Set("NetworksAdded", ScaleValue.Of(true), net);
        state.Set("NetworkRegistrationAllowed", ScaleValue.Of(true), net);
        state.Set("CommitRevealWeightsEnabled", ScaleValue.Of(terms.CommitsWeights), net);
        state.Set("SubnetOwner", terms.Owner.ToValue(), net);
        foreach (var (item, value) in Numbers(terms, block))
        {
            state.Set(item, value, net);
        }

        if (terms.NetUid != SubnetState.Root)
        {
            state.Set("SubnetMechanism", 1, net);
        }

        WriteName(state, terms, net);
    }

    /// <summary>Gives a pool as much TAO as alpha.</summary>
    public static void FillPool(SubnetState state, ushort netuid, ulong amount)
    {
        state.Set("SubnetTAO", amount, SubnetState.Key(netuid));
        state.Set("SubnetAlphaIn", amount, SubnetState.Key(netuid));
    }

    /// <summary>Writes a subnet with its neurons at once, as if each had registered in the first block.</summary>
    public static void WriteGenesis(SubnetState state, SubnetTerms terms)
    {
        Open(state, terms, block: 0);
        if (terms.NetUid != SubnetState.Root)
        {
            FillPool(state, terms.NetUid, PoolAtGenesis);
        }

        var (neurons, book, stakes) = (terms.Neurons, new NeuronBook(state), new StakeBook(state));
        WriteVectors(state, terms);
        for (var uid = 0; uid < neurons.Count; uid++)
        {
            var neuron = neurons[uid];
            _ = book.Associate(neuron.Coldkey, neuron.Hotkey);
            book.Seat(terms.NetUid, (ushort)uid, neuron.Hotkey, block: 0);
            if (neuron.Stake > 0)
            {
                stakes.Increase(neuron.Hotkey, neuron.Coldkey, terms.NetUid, neuron.Stake);
            }

            if (neuron.Axon is { } axon)
            {
                state.Set("Axons", AxonOf(axon), SubnetState.Key(terms.NetUid), neuron.Hotkey.ToValue());
            }
        }

        if (state.HasAlpha)
        {
            var staked = neurons.Aggregate(0UL, (sum, neuron) => sum + neuron.Stake);
            state.Set("SubnetAlphaOut", staked, SubnetState.Key(terms.NetUid));
        }
    }

    /// <summary>An address as serve_axon takes it: kind and number.</summary>
    public static (byte Kind, UInt128 Number) ToNumber(IPAddress address)
    {
        var number = UInt128.Zero;
        foreach (var part in address.GetAddressBytes())
        {
            number = (number << 8) | part;
        }

        return (address.AddressFamily == AddressFamily.InterNetwork ? (byte)4 : (byte)6, number);
    }

    private static (string Item, ulong Value)[] Numbers(SubnetTerms terms, ulong block) =>
    [
        ("Tempo", terms.Tempo),
        ("MaxAllowedUids", terms.MaxAllowedUids),
        ("SubnetworkN", (ulong)terms.Neurons.Count),
        ("NetworkRegisteredAt", block),
        ("ImmunityPeriod", Immunity),
        ("MinAllowedWeights", 1),
        ("MaxWeightsLimit", ushort.MaxValue),
        ("WeightsSetRateLimit", RateLimit),
        ("ServingRateLimit", 0),
        ("BondsPenalty", ushort.MaxValue),
        ("MaxRegistrationsPerBlock", Registrations),
        ("TargetRegistrationsPerInterval", Registrations),
    ];

    private static void WriteName(SubnetState state, SubnetTerms terms, ScaleValue net)
    {
        state.Set("TokenSymbol", ScaleValue.Of(Encoding.UTF8.GetBytes(terms.Symbol)), net);
        if (terms.Name.Length == 0)
        {
            return;
        }

        var empty = ScaleValue.Of(ReadOnlySpan<byte>.Empty);
        state.Set("SubnetName", ScaleValue.Of(Encoding.UTF8.GetBytes(terms.Name)), net);
        state.Set(
            "SubnetIdentitiesV2",
            ScaleValue.RecordOf(
                ("subnet_name", ScaleValue.Of(Encoding.UTF8.GetBytes(terms.Name))),
                ("github_repo", empty),
                ("subnet_contact", empty),
                ("subnet_url", empty),
                ("discord", empty),
                ("description", ScaleValue.Of("Simulated; no subnet of Bittensor."u8)),
                ("additional", empty)),
            net);
    }

    private static void WriteVectors(SubnetState state, SubnetTerms terms)
    {
        var (netuid, neurons) = (terms.NetUid, terms.Neurons);
        foreach (var vector in NeuronBook.NumberVectors)
        {
            state.Set(vector, netuid, neurons.Select(neuron => vector == "Incentive" ? neuron.Incentive : 0UL));
        }

        state.Set("LastUpdate", netuid, neurons.Select(_ => 0UL));
        state.Set("Active", netuid, neurons.Select(_ => true));
        state.Set("ValidatorPermit", netuid, neurons.Select(neuron => neuron.HasPermit));
    }

    private static ScaleValue.Record AxonOf(IPEndPoint axon)
    {
        var (kind, number) = ToNumber(axon.Address);
        return ScaleValue.RecordOf(
            ("block", ScaleValue.Of(0u)),
            ("version", ScaleValue.Of(AxonVersion)),
            ("ip", ScaleValue.Of(number)),
            ("port", ScaleValue.Of((UInt128)axon.Port)),
            ("ip_type", ScaleValue.Of(kind)),
            ("protocol", ScaleValue.Of(0u)),
            ("placeholder1", ScaleValue.Of(0u)),
            ("placeholder2", ScaleValue.Of(0u)));
    }
}
