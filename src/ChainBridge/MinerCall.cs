using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>What is signed of a request to a miner beside its body.</summary>
/// <param name="Receiver">The miner meant.</param>
/// <param name="Address">Where it is called: its axon.</param>
/// <param name="Now">The time that the receiver measures the request's age by.</param>
/// <param name="Uuid">New for every request.</param>
public sealed record MinerCall(Hotkey Receiver, Uri Address, DateTimeOffset Now, Guid Uuid)
{
    /// <summary>How long the caller waits. Dendrite's receivers count it into a request's age.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>The Synapse's name, for dendrite; empty otherwise.</summary>
    public string Synapse { get; init; } = "";

    /// <summary>The Synapse's required_hash_fields, for dendrite: fields of the body that are signed, in the order of
    /// that list.</summary>
    public IReadOnlyCollection<string> HashedFields { get; init; } = [];

    /// <summary>The name of the key that the body is sealed under, for fiber's encrypted mode; empty otherwise.
    /// </summary>
    public string KeyId { get; init; } = "";
}
