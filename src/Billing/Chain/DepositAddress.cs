using Gateway.Core;

namespace Gateway.Billing;

/// <summary>An address that credits one organisation.</summary>
/// <param name="Address">SS58.</param>
/// <param name="Org">Whose.</param>
/// <param name="Parent">The account it is derived from, SS58.</param>
/// <param name="Place">Its place below that, from 0.</param>
/// <param name="Number">Counts all addresses in the order in which they were made, from 1.</param>
/// <param name="Made">When.</param>
public sealed record DepositAddress(
    string Address, OrgId Org, string Parent, long Place, long Number, DateTimeOffset Made);
