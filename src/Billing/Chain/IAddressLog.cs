using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Which addresses were given to whom, kept outside the books: books that are restored from a backup have
/// forgotten the newest, and whoever was shown one still pays to it.</summary>
public interface IAddressLog
{
    /// <summary>All that was ever added here.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IReadOnlyList<GivenAddress> Read();

    /// <summary>Adds, and returns when that is durable. One caller at a time.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Add(IReadOnlyList<GivenAddress> given);
}

/// <summary>A place below a parent, and whose it is for ever.</summary>
/// <param name="Parent">SS58.</param>
/// <param name="Place">From 0.</param>
/// <param name="Org">Whose.</param>
public sealed record GivenAddress(string Parent, long Place, OrgId Org);

/// <summary>What the books had forgotten.</summary>
/// <param name="Returned">How many addresses they have back.</param>
/// <param name="Taken">Addresses that they have given to others meanwhile: what arrives there is credited to these.
/// </param>
public sealed record ReturnedAddresses(int Returned, IReadOnlyList<DepositAddress> Taken);
