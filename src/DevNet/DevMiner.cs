using Gateway.Core;

namespace Gateway.DevNet;

/// <summary>A running simulated miner, as the chain would show it, and what it really is.</summary>
/// <param name="NetUid">The subnet, 4.</param>
/// <param name="Uid">Its place in the subnet, from 0.</param>
/// <param name="Hotkey">Its own sr25519 key; the same for the same seed.</param>
/// <param name="Axon">Where it listens, such as <c>http://127.0.0.1:40001</c>; its API lies below <c>v1/</c>.</param>
/// <param name="Kind"><c>honest</c>, <c>lazy</c>, <c>flaky</c>, <c>slow</c>, <c>liar</c> or <c>copycat</c>.</param>
/// <param name="Models">The models it claims to serve.</param>
public sealed record DevMiner(
    NetUid NetUid, int Uid, Hotkey Hotkey, Uri Axon, string Kind, IReadOnlyList<ModelId> Models);
