namespace Gateway.Billing;

/// <summary>Knows deposit addresses by their places below one account: derived from it, or in a list that it signed.
/// The same place has the same address for ever.</summary>
public interface IDepositAddressSource
{
    /// <summary>The account that names all new addresses, SS58; null where none is set, and then none can be made.
    /// </summary>
    public string? Parent { get; }

    /// <summary>How many places there are below <see cref="Parent"/>.</summary>
    public long Count { get; }

    /// <summary>The address at a place below a parent.</summary>
    /// <param name="parent">SS58.</param>
    /// <param name="place">From 0.</param>
    /// <returns>SS58; null where there is no such place, or the parent is not known any more.</returns>
    public string? AddressOf(string parent, long place);
}
