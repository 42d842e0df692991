using System.Collections.Frozen;
using Gateway.Core;

namespace Gateway.ChainBridge;

/// <summary>All followed subnets at one moment; immutable, replaced as a whole.</summary>
/// <param name="Version">Rises with every change.</param>
/// <param name="Subnets">Those of which a snapshot was ever had.</param>
public sealed record MetagraphView(long Version, FrozenDictionary<NetUid, SubnetView> Subnets);
