namespace Gateway.Billing;

/// <summary>Takes into the memory what the books have given out, by any process; and when the books are new to it, or
/// went back in time, gives them back what they lost. One caller at a time.</summary>
internal sealed class AddressReturn(ILedgerStore store, AddressMemory memory, IDepositAddressSource source)
{
    private const int Page = 1000;

    private DepositAddress? _last;
    private bool _isRead;

    internal async Task<ReturnedAddresses> RunAsync(CancellationToken cancellationToken)
    {
        if (_isRead && await HasAsync(_last, cancellationToken))
        {
            _ = await ReadOnAsync(_last, cancellationToken);
            return new(0, []);
        }

        (_isRead, _last) = (false, null);
        var rows = await ReadOnAsync(after: null, cancellationToken);
        var inBooks = rows.Select(row => (row.Parent, row.Place)).ToHashSet();
        var lost = memory.All().Where(one => !inBooks.Contains((one.Parent, one.Place))).ToList();
        var returned = 0;
        foreach (var page in lost.OrderBy(one => one.Place).Chunk(Page))
        {
            returned += await store.WriteAsync(
                session => AddressSql.ReturnAsync(session, page, source.AddressOf), cancellationToken);
        }

        _isRead = true;
        return new(returned, [.. rows.Where(memory.IsOthers)]);
    }

    // Whether the books are still those that were read up to there.
    private async Task<bool> HasAsync(DepositAddress? row, CancellationToken cancellationToken) =>
        row is null || (await store.ReadAsync(
            session => AddressSql.ListAfterAsync(session, row.Number - 1, 1), cancellationToken)) is [var found]
            && found.Address == row.Address && found.Org == row.Org;

    private async Task<List<DepositAddress>> ReadOnAsync(DepositAddress? after, CancellationToken cancellationToken)
    {
        var all = new List<DepositAddress>();
        while (await store.ReadAsync(
            session => AddressSql.ListAfterAsync(session, after?.Number ?? 0, Page), cancellationToken)
            is { Count: > 0 } page)
        {
            memory.Keep(page);
            all.AddRange(page);
            after = page[^1];
            _last = after;
        }

        return all;
    }
}
