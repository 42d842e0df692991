using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An organisation's leaf as it is published: what it is owed, its salt, and its way up.</summary>
internal sealed record ReserveEntry(OrgId Org, Rao Amount, byte[] Salt, byte[] Path);
