using System.Collections.Immutable;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>What is known of a subnet's neurons, an element for each uid in every list; made into neurons only when
/// all lists are as long as the subnet says it is.</summary>
internal sealed class NeuronVectors(NetUid netUid, int count)
{
    private readonly Dictionary<string, ImmutableArray<ScaleValue>> _lists = [];

    /// <summary>Adds a list by its name.</summary>
    /// <exception cref="InvalidDataException">It has another length than the subnet.</exception>
    public void Add(string name, ImmutableArray<ScaleValue> values)
    {
        if (values.Length != count)
        {
            throw new InvalidDataException(
                $"subnet {netUid} has {count} neurons, but {values.Length} values of {name}");
        }

        _lists.Add(name, values);
    }

    /// <summary>Adds what was read under a key for each uid; nothing where nothing was stored.</summary>
    /// <exception cref="InvalidDataException">There is another number of them than neurons.</exception>
    public void AddRead(string name, ScaleValue?[] values) =>
        Add(name, [.. values.Select(value => value ?? ScaleValue.None)]);

    /// <summary>The neurons.</summary>
    /// <exception cref="ScaleException">A value is of another form.</exception>
    public IReadOnlyList<Neuron> ToNeurons() => [.. Enumerable.Range(0, count).Select(ToNeuron)];

    private Neuron ToNeuron(int uid) => new(
        uid, new Hotkey(AddressAt("Keys", uid)), AddressAt("Owner", uid), NumberAt("BlockAtRegistration", uid))
    {
        Axon = AxonReader.Read(Optional("Axons", uid)),
        IsActive = At("Active", uid).ToBoolean(),
        HasValidatorPermit = At("ValidatorPermit", uid).ToBoolean(),
        Incentive = At("Incentive", uid).ToUInt16(),
        Consensus = At("Consensus", uid).ToUInt16(),
        Dividends = At("Dividends", uid).ToUInt16(),
        ValidatorTrust = _lists.ContainsKey("ValidatorTrust") ? At("ValidatorTrust", uid).ToUInt16() : null,
        Emission = NumberAt("Emission", uid),
        Stake = NumberAt("Stake", uid),
        LastUpdate = NumberAt("LastUpdate", uid),
    };

    private ScaleValue At(string name, int uid) => _lists[name][uid];

    private ScaleValue? Optional(string name, int uid) =>
        At(name, uid) is ScaleValue.Case { Name: "None" } ? null : At(name, uid);

    private long NumberAt(string name, int uid) => AxonReader.ToInt64(At(name, uid));

    private string AddressAt(string name, int uid) => Ss58.Encode(At(name, uid).ToAccount().Span);
}
