using System.Collections.Frozen;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The current price of every model: an immutable snapshot in memory, swapped whole. Reading it takes no lock
/// and no I/O; it is empty until the module has started.</summary>
public sealed class PriceBook
{
    private readonly ILedgerStore _store;
    private readonly BillingOptions _options;
    private FrozenDictionary<ModelId, PriceVersion> _current = FrozenDictionary<ModelId, PriceVersion>.Empty;

    internal PriceBook(ILedgerStore store, BillingOptions options) => (_store, _options) = (store, options);

    /// <summary>The current versions, one a model, in no order.</summary>
    public IReadOnlyCollection<PriceVersion> Current => Volatile.Read(ref _current).Values;

    /// <summary>The current version of a model; false when it has none.</summary>
    public bool TryGet(ModelId model, out PriceVersion version)
    {
        var found = Volatile.Read(ref _current).TryGetValue(model, out var known);
        version = known!;
        return found;
    }

    /// <summary>Gives each configured model without any version its first one, then reads the book. Never
    /// overwrites.</summary>
    internal async Task SeedAsync(CancellationToken cancellationToken)
    {
        if (_options.Prices.Count > 0)
        {
            await _store.WriteAsync(session => PriceSql.SeedAsync(session, _options.Prices), cancellationToken);
        }

        await LoadAsync(cancellationToken);
    }

    /// <summary>Reads the newest version of each model that is valid now, by the clock that dated it.</summary>
    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        var versions = await _store.ReadAsync(PriceSql.ReadValidAsync, cancellationToken);
        Volatile.Write(ref _current, versions
            .GroupBy(version => version.Model)
            .Select(group => group.MaxBy(version => (version.ValidFrom, version.Id))!)
            .ToFrozenDictionary(version => version.Model));
    }
}
