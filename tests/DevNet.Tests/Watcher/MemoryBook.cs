using Gateway.ChainBridge;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>Addresses that a test adds.</summary>
internal sealed class MemoryBook(params IReadOnlyList<string> own) : IAddressBook
{
    private readonly List<KnownAddress> _known = [];

    public IReadOnlyList<string> OwnWallets => own;

    public IReadOnlyList<string> ColdWallets { get; init; } = [];

    public void Add(string address)
    {
        lock (_known)
        {
            _known.Add(new(_known.Count + 1, address));
        }
    }

    /// <summary>Forgets all, as a backup from before them does.</summary>
    public void Clear()
    {
        lock (_known)
        {
            _known.Clear();
        }
    }

    public Task<IReadOnlyList<KnownAddress>> AfterAsync(long number, CancellationToken cancellationToken)
    {
        lock (_known)
        {
            return Task.FromResult<IReadOnlyList<KnownAddress>>([.. _known.Skip((int)number).Take(7)]);
        }
    }
}
