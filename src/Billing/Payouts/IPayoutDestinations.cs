namespace Gateway.Billing;

/// <summary>Knows which addresses can be paid. Billing itself knows no chain.</summary>
public interface IPayoutDestinations
{
    /// <summary>What is wrong with an address, a sentence for the person who gave it; null when it is an account of
    /// our network and no account of ours.</summary>
    public string? Problem(string address);
}
