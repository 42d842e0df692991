using System.Text.Json.Nodes;
using Gateway.DevNet.Chain.Blocks;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Something a client follows. For its connection's thread.</summary>
/// <param name="method">What its messages are called.</param>
internal abstract class Subscription(string method)
{
    public string Method { get; } = method;

    /// <summary>What it says right after the answer that names it.</summary>
    public virtual IEnumerable<JsonNode> Begin() => [];

    /// <summary>What it says to a change of the best chain.</summary>
    public virtual IEnumerable<JsonNode> OnBest(ChainMove move) => [];

    /// <summary>What it says to blocks that became final.</summary>
    public virtual IEnumerable<JsonNode> OnFinalized(IReadOnlyList<Block> blocks) => [];

    /// <summary>Ends what it holds elsewhere.</summary>
    public virtual void End()
    {
    }
}
