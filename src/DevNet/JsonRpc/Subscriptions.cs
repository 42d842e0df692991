using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.DevNet.JsonRpc;

/// <summary>What one connection follows, and what it has to be told. For the connection's thread.</summary>
/// <param name="view">The chain as the port shows it.</param>
/// <param name="post">Queues what becomes of a transaction for this connection; called on any thread.</param>
internal sealed class Subscriptions(PortView view, Action<Inbound> post)
{
    private const int Most = 1024;

    private readonly Dictionary<string, Subscription> _active = [];
    private readonly List<JsonObject> _messages = [];
    private long _last;

    /// <summary>The connection's subscriptions.</summary>
    /// <exception cref="RpcException">The request came over plain HTTP.</exception>
    public static Subscriptions Of(RpcCall call) => call.Subscriptions
        ?? throw new RpcException(RpcException.MethodNotFound, "Subscriptions are not available on this transport");

    public string AddHeads(Heads heads) => Add(new HeadSubscription(view, heads), NewId());

    public string AddStorage(byte[][] keys) => Add(new StorageSubscription(view, keys), NewId());

    public string AddRuntimeVersion() => Add(new RuntimeSubscription(view), NewId());

    /// <summary>Submits a transaction and follows it.</summary>
    /// <exception cref="RpcException">The pool did not take it.</exception>
    public string AddExtrinsic(byte[] bytes)
    {
        var id = NewId();
        var subscription = new ExtrinsicSubscription(view.Chain, status => post(new Inbound.Status(id, status)));
        subscription.Submit(bytes);
        return Add(subscription, id);
    }

    /// <summary>Ends a subscription.</summary>
    /// <returns>Whether there was one.</returns>
    public bool End(string id)
    {
        if (!_active.Remove(id, out var subscription))
        {
            return false;
        }

        subscription.End();
        return true;
    }

    public void EndAll()
    {
        foreach (var id in _active.Keys.ToArray())
        {
            _ = End(id);
        }
    }

    public void On(Inbound news)
    {
        switch (news)
        {
            case Inbound.Moved moved:
                ForEach(subscription => subscription.OnBest(moved.Move));
                break;
            case Inbound.Final final:
                ForEach(subscription => subscription.OnFinalized(final.Blocks));
                break;
            case Inbound.Status status when _active.ContainsKey(status.Subscription):
                Tell(status.Subscription, "author_extrinsicUpdate", ExtrinsicSubscription.Message(status.Value));
                break;
            default:
                break;
        }
    }

    /// <summary>What is to be sent now, in order.</summary>
    public IReadOnlyList<JsonObject> TakeMessages()
    {
        JsonObject[] taken = [.. _messages];
        _messages.Clear();
        return taken;
    }

    private string NewId()
    {
        if (_active.Count >= Most)
        {
            throw new RpcException(-32006, "Too many subscriptions on the connection");
        }

        return string.Create(CultureInfo.InvariantCulture, $"devnet{++_last}");
    }

    private string Add(Subscription subscription, string id)
    {
        _active.Add(id, subscription);
        foreach (var result in subscription.Begin())
        {
            Tell(id, subscription.Method, result);
        }

        return id;
    }

    private void ForEach(Func<Subscription, IEnumerable<JsonNode>> say)
    {
        foreach (var (id, subscription) in _active)
        {
            foreach (var result in say(subscription))
            {
                Tell(id, subscription.Method, result);
            }
        }
    }

    private void Tell(string id, string method, JsonNode result) => _messages.Add(new JsonObject
    {
        ["jsonrpc"] = "2.0",
        ["method"] = method,
        ["params"] = new JsonObject { ["subscription"] = id, ["result"] = result },
    });
}
