using System.Collections.Concurrent;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge.Watcher;

/// <summary>The address book in memory, by account. It only grows, so it is read on from where it ended.</summary>
internal sealed class AddressLookup(IAddressBook book) : IDisposable
{
    private readonly ConcurrentDictionary<Hash256, string> _known = new();
    private readonly HashSet<Hash256> _own = [.. book.OwnWallets.Select(AccountOf)];
    private readonly HashSet<Hash256> _cold = [.. book.ColdWallets.Select(AccountOf)];
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _last;

    /// <summary>Takes in what was added. A block is scanned only after this was called with its hash known: whoever
    /// was shown an address could pay only after it was in the book.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            while (await book.AfterAsync(_last, cancellationToken) is { Count: > 0 } page)
            {
                foreach (var known in page)
                {
                    _known[AccountOf(known.Address)] = known.Address;
                    _last = known.Number;
                }
            }
        }
        finally
        {
            _ = _gate.Release();
        }
    }

    /// <summary>The address that a transfer brings something to; null for what is none of ours, and for what moves
    /// between our own accounts.</summary>
    public string? Receiver(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var account = new Hash256(to);
        if (_known.TryGetValue(account, out var address))
        {
            return address;
        }

        return _own.Contains(account) && !IsOurs(new Hash256(from)) ? Ss58.Encode(to) : null;
    }

    /// <summary>The deposit address that a transfer to a cold wallet emptied; null for every other transfer.</summary>
    public string? Swept(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        _cold.Contains(new Hash256(to)) && _known.TryGetValue(new Hash256(from), out var address) ? address : null;

    /// <summary>Reads the book from its start at the next <see cref="RefreshAsync"/>: it may number anew what it lost.
    /// What is known stays known.</summary>
    public async Task StartOverAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        _last = 0;
        _ = _gate.Release();
    }

    public void Dispose() => _gate.Dispose();

    private bool IsOurs(Hash256 account) => _own.Contains(account) || _known.ContainsKey(account);

    private static Hash256 AccountOf(string address)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        return Ss58.TryDecode(address, account, out var fault)
            ? new Hash256(account)
            : throw new ArgumentException($"The address book has '{address}': {fault}", nameof(address));
    }
}
