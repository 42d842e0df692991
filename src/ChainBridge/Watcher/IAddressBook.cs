namespace Gateway.ChainBridge;

/// <summary>The addresses to watch. One is in the book before anybody is shown it, and never leaves it.</summary>
public interface IAddressBook
{
    /// <summary>Accounts of our own that nobody should send to, SS58: what arrives there from others is kept for a
    /// person.</summary>
    public IReadOnlyList<string> OwnWallets { get; }

    /// <summary>Where deposits are swept to, SS58: what goes there from addresses of the book is ours still.</summary>
    public IReadOnlyList<string> ColdWallets { get; }

    /// <summary>Addresses in the order in which they were added, after one of them.</summary>
    /// <param name="number">The last one known already; 0: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A page; empty when there are no more.</returns>
    public Task<IReadOnlyList<KnownAddress>> AfterAsync(long number, CancellationToken cancellationToken);
}

/// <summary>An address of the book.</summary>
/// <param name="Number">Its place in the order, from 1.</param>
/// <param name="Address">SS58.</param>
public sealed record KnownAddress(long Number, string Address);
