using Gateway.ChainBridge.Blocks;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>Transactions that wait for a block, by sender and nonce. Guarded by its chain.</summary>
internal sealed class TransactionPool
{
    /// <summary>The most transactions that wait.</summary>
    public const int Capacity = 8192;

    private readonly Dictionary<Hash256, PoolEntry> _byHash = [];
    private readonly Dictionary<AccountId, SortedDictionary<uint, PoolEntry>> _bySender = [];

    public int Count => _byHash.Count;

    /// <summary>All that wait, a sender's in the order of nonces, the sender who came first ahead.</summary>
    public IReadOnlyList<PoolEntry> InOrder =>
    [
        .. _bySender.Values.OrderBy(entries => entries.Values.Min(entry => entry.Arrival))
            .SelectMany(entries => entries.Values),
    ];

    public bool Contains(Hash256 hash) => _byHash.ContainsKey(hash);

    /// <summary>The transaction that holds a place, or null.</summary>
    public PoolEntry? At(AccountId who, uint nonce) =>
        _bySender.TryGetValue(who, out var entries) ? entries.GetValueOrDefault(nonce) : null;

    /// <summary>The first nonce from <paramref name="nonce"/> on for which nothing waits.</summary>
    public uint NextNonce(AccountId who, uint nonce)
    {
        while (At(who, nonce) is not null)
        {
            nonce++;
        }

        return nonce;
    }

    /// <summary>Adds an entry in the place of another of the same sender and nonce.</summary>
    public void Put(PoolEntry entry)
    {
        if (At(entry.Who, entry.Nonce) is { } old)
        {
            _ = Remove(old.Hash);
        }

        _byHash.Add(entry.Hash, entry);
        if (!_bySender.TryGetValue(entry.Who, out var entries))
        {
            _bySender.Add(entry.Who, entries = []);
        }

        entries.Add(entry.Nonce, entry);
    }

    public bool Remove(Hash256 hash)
    {
        if (!_byHash.Remove(hash, out var entry))
        {
            return false;
        }

        var entries = _bySender[entry.Who];
        _ = entries.Remove(entry.Nonce);
        if (entries.Count == 0)
        {
            _ = _bySender.Remove(entry.Who);
        }

        return true;
    }
}
