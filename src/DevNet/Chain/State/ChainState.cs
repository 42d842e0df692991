using System.Collections.Immutable;

namespace Gateway.DevNet.Chain.State;

/// <summary>All of the chain's storage after one block. Immutable: neighbouring blocks share what they have in common,
/// so that a reorg only changes which of them is looked at.</summary>
internal sealed class ChainState : IStateReader
{
    public static readonly ChainState Empty = new(ImmutableSortedSet.Create<Entry>(new ByKey()));

    private readonly ImmutableSortedSet<Entry> _entries;

    private ChainState(ImmutableSortedSet<Entry> entries) => _entries = entries;

    public IEnumerable<KeyValuePair<byte[], byte[]>> All =>
        _entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value));

    public int Count => _entries.Count;

    public byte[]? Find(byte[] key) =>
        _entries.TryGetValue(new Entry(key, []), out var found) ? found.Value : null;

    public IEnumerable<byte[]> Keys(byte[] prefix)
    {
        var position = _entries.IndexOf(new Entry(prefix, []));
        for (var i = position < 0 ? ~position : position; i < _entries.Count; i++)
        {
            var key = _entries[i].Key;
            if (!key.AsSpan().StartsWith(prefix))
            {
                yield break;
            }

            yield return key;
        }
    }

    /// <summary>This state with some keys set, or removed where the value is null.</summary>
    public ChainState With(IEnumerable<KeyValuePair<byte[], byte[]?>> changes)
    {
        var builder = _entries.ToBuilder();
        foreach (var (key, value) in changes)
        {
            builder.Remove(new Entry(key, []));
            if (value is not null)
            {
                builder.Add(new Entry(key, value));
            }
        }

        return new ChainState(builder.ToImmutable());
    }

    private readonly record struct Entry(byte[] Key, byte[] Value);

    private sealed class ByKey : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y) => StateKeys.Order.Compare(x.Key, y.Key);
    }
}
