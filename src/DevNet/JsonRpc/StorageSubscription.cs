using System.Text.Json.Nodes;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Values of some keys on the best chain: all of them first, then those that change.</summary>
internal sealed class StorageSubscription : Subscription
{
    private readonly PortView _view;
    private readonly Dictionary<byte[], byte[]?> _values = new(StateKeys.Order);

    public StorageSubscription(PortView view, byte[][] keys)
        : base("state_storage")
    {
        _view = view;
        foreach (var key in keys)
        {
            _values[key] = null;
        }
    }

    public override IEnumerable<JsonNode> Begin()
    {
        var best = _view.Best;
        _ = Refresh(best);
        return [Message(best, _values.Keys)];
    }

    public override IEnumerable<JsonNode> OnBest(ChainMove move)
    {
        var best = move.Enacted[^1];
        var changed = Refresh(best);
        return changed.Count == 0 ? [] : [Message(best, changed)];
    }

    private List<byte[]> Refresh(Block block)
    {
        var changed = new List<byte[]>();
        foreach (var (key, old) in _values.ToArray())
        {
            var value = _view.Storage(block, key);
            if ((value is null) != (old is null) || !value.AsSpan().SequenceEqual(old))
            {
                _values[key] = value;
                changed.Add(key);
            }
        }

        return changed;
    }

    private JsonObject Message(Block block, IEnumerable<byte[]> keys) => new()
    {
        ["block"] = block.Hash.ToString(),
        ["changes"] = new JsonArray([.. keys.Select(key => StateMethods.Change(key, _values[key]))]),
    };
}
