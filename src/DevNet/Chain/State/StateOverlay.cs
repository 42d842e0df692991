namespace Gateway.DevNet.Chain.State;

/// <summary>Changes on top of a state while a block is made: layer over layer, one for each call that may still fail.
/// For one thread.</summary>
internal sealed class StateOverlay(ChainState under) : IStateReader
{
    private readonly List<Dictionary<byte[], byte[]?>> _layers = [new(StateKeys.Order)];

    /// <summary>Everything that changed, with null for removed keys, in the order of keys.</summary>
    public IEnumerable<KeyValuePair<byte[], byte[]?>> Changes => _layers.Count == 1
        ? _layers[0].OrderBy(change => change.Key, StateKeys.Order)
        : throw new InvalidOperationException("A call is still running.");

    public byte[]? Find(byte[] key)
    {
        for (var i = _layers.Count - 1; i >= 0; i--)
        {
            if (_layers[i].TryGetValue(key, out var value))
            {
                return value;
            }
        }

        return under.Find(key);
    }

    public IEnumerable<byte[]> Keys(byte[] prefix)
    {
        var all = new SortedSet<byte[]>(under.Keys(prefix), StateKeys.Order);
        foreach (var (key, value) in _layers.SelectMany(layer => layer))
        {
            if (!key.AsSpan().StartsWith(prefix))
            {
                continue;
            }

            _ = value is null ? all.Remove(key) : all.Add(key);
        }

        return all;
    }

    public void Set(byte[] key, byte[]? value) => _layers[^1][key] = value;

    /// <summary>Begins what <see cref="Commit"/> keeps or <see cref="Rollback"/> undoes.</summary>
    public void Begin() => _layers.Add(new(StateKeys.Order));

    public void Commit()
    {
        var top = Pop();
        foreach (var (key, value) in top)
        {
            _layers[^1][key] = value;
        }
    }

    public void Rollback() => Pop();

    private Dictionary<byte[], byte[]?> Pop()
    {
        if (_layers.Count == 1)
        {
            throw new InvalidOperationException("Nothing was begun.");
        }

        var top = _layers[^1];
        _layers.RemoveAt(_layers.Count - 1);
        return top;
    }
}
