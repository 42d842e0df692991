namespace Gateway.Billing;

/// <summary>A deposit as it is examined.</summary>
internal sealed record DepositRow(
    DepositId Id, long Height, string Address, string? Org, long Rao, long BlockTime, string State);
