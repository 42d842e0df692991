using System.Collections.Frozen;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The current price of every model: an immutable snapshot in memory, swapped whole. Reading it takes no lock
/// and no I/O; it is empty until the module has started.</summary>
public sealed class PriceBook
{
    private readonly ILedgerStore _store;
    private readonly BillingOptions _options;
    private Versions _current = new(
        FrozenDictionary<ModelId, PriceVersion>.Empty, FrozenDictionary<ModelId, PriceVersion>.Empty);
    private IReadOnlyList<PriceVersion> _history = [];
    private volatile bool _offersBatch;

    internal PriceBook(ILedgerStore store, BillingOptions options) => (_store, _options) = (store, options);

    /// <summary>The current versions, one a model, in no order.</summary>
    public IReadOnlyCollection<PriceVersion> Current => Volatile.Read(ref _current).Standard.Values;

    /// <summary>Every version that holds or has held, in the order in which they began to.</summary>
    public IReadOnlyList<PriceVersion> History => Volatile.Read(ref _history);

    /// <summary>The current version of a model; false when it has none.</summary>
    public bool TryGet(ModelId model, out PriceVersion version) => TryGet(model, PriceTier.Standard, out version);

    /// <summary>Makes half-price versions of all current ones that have none, now and whenever prices change, so that
    /// requests can be quoted at <see cref="PriceTier.Batch"/>. Calling it again does nothing.</summary>
    /// <exception cref="BillingUnavailableException">The books cannot be reached.</exception>
    public async Task OfferBatchAsync(CancellationToken cancellationToken)
    {
        if (!_offersBatch)
        {
            _offersBatch = true;
            await LoadAsync(cancellationToken);
        }
    }

    /// <summary>The current version of a model in a tier; false when it has none.</summary>
    internal bool TryGet(ModelId model, PriceTier tier, out PriceVersion version)
    {
        var current = Volatile.Read(ref _current);
        var found = (tier == PriceTier.Batch ? current.Batch : current.Standard).TryGetValue(model, out var known);
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
        var known = await _store.ReadAsync(PriceSql.ReadValidAsync, cancellationToken);
        var standard = known
            .GroupBy(version => version.Model)
            .Select(group => group.MaxBy(version => (version.ValidFrom, version.Id))!)
            .ToFrozenDictionary(version => version.Model);
        var batch = _offersBatch
            ? await HalvesAsync(standard, cancellationToken)
            : FrozenDictionary<ModelId, PriceVersion>.Empty;

        // Both at once: nobody is quoted half of a price that no longer holds.
        Volatile.Write(ref _current, new(standard, batch));
        Volatile.Write(ref _history, [.. known.OrderBy(version => (version.ValidFrom, version.Id))]);
    }

    private async Task<FrozenDictionary<ModelId, PriceVersion>> HalvesAsync(
        FrozenDictionary<ModelId, PriceVersion> standard, CancellationToken cancellationToken)
    {
        var halves = await _store.ReadAsync(HalfPriceSql.ReadAsync, cancellationToken);
        if (standard.Values.Any(version => !halves.ContainsKey(version.Id)))
        {
            halves = await _store.WriteAsync(HalfPriceSql.MakeAsync, cancellationToken);
        }

        return standard.Values.Where(version => halves.ContainsKey(version.Id))
            .ToFrozenDictionary(version => version.Model, version => halves[version.Id]);
    }

    /// <summary>All that holds at one time.</summary>
    private sealed record Versions(
        FrozenDictionary<ModelId, PriceVersion> Standard, FrozenDictionary<ModelId, PriceVersion> Batch);
}
