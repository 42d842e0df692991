using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An organisation's leaf of one day, as it is stored.</summary>
internal sealed record ReserveLeaf(string Day, Rao Amount, byte[] Salt, byte[] Path, byte[] Signed);
