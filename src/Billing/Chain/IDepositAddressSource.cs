namespace Gateway.Billing;

/// <summary>Computes deposit addresses: no address has a key of its own, all are derived from one parent.</summary>
public interface IDepositAddressSource
{
    /// <summary>The account above all new addresses, SS58; null where none is set, and then none can be made.</summary>
    public string? Parent { get; }

    /// <summary>The address at a place below a parent.</summary>
    /// <param name="parent">SS58.</param>
    /// <param name="place">From 0.</param>
    /// <returns>SS58.</returns>
    public string AddressOf(string parent, long place);
}
