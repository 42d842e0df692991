using Gateway.ChainBridge.Blocks;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>Who wants to know what becomes of which transaction. Guarded by its chain.</summary>
internal sealed class TransactionWatch
{
    private readonly Dictionary<Hash256, List<Action<TransactionStatus>>> _listeners = [];

    public void Add(Hash256 transaction, Action<TransactionStatus> listener)
    {
        if (!_listeners.TryGetValue(transaction, out var list))
        {
            _listeners.Add(transaction, list = []);
        }

        list.Add(listener);
    }

    public void Remove(Hash256 transaction, Action<TransactionStatus> listener)
    {
        if (_listeners.TryGetValue(transaction, out var list) && list.Remove(listener) && list.Count == 0)
        {
            _ = _listeners.Remove(transaction);
        }
    }

    public void Tell(Hash256 transaction, TransactionStatus status)
    {
        if (!_listeners.TryGetValue(transaction, out var list))
        {
            return;
        }

        if (status.IsLast)
        {
            _ = _listeners.Remove(transaction);
        }

        foreach (var listener in list)
        {
            listener(status);
        }
    }
}
