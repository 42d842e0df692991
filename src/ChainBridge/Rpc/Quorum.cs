namespace Gateway.ChainBridge.Rpc;

/// <summary>One question to several nodes, of which some must give the same answer.</summary>
internal static class Quorum
{
    /// <summary>The first answer that enough nodes gave. A node that fails is passed over.</summary>
    /// <param name="nodes">Asked one after the other, no more of them than it takes.</param>
    /// <param name="wanted">How many must say the same, 1 or more.</param>
    /// <param name="ask">The question.</param>
    /// <param name="isSame">Whether two answers are the same.</param>
    /// <exception cref="RpcException">There is no such answer: nodes differ, or too few answered.</exception>
    public static async Task<T> AskAsync<T>(
        IReadOnlyCollection<NodeApi> nodes, int wanted, Func<NodeApi, Task<T>> ask, Func<T, T, bool> isSame)
    {
        RpcException? failure = null;
        var answers = new List<T>();
        foreach (var node in nodes)
        {
            try
            {
                answers.Add(await ask(node));
            }
            catch (RpcException one)
            {
                failure = one;
                continue;
            }

            if (answers.Count(answer => isSame(answer, answers[^1])) >= wanted)
            {
                return answers[^1];
            }
        }

        throw answers.Count < wanted && failure is not null
            ? new RpcException(failure.Fault, failure.Message, failure.Code, failure)
            : new RpcException(RpcFault.Garbage, $"There are no {wanted} nodes that say the same.");
    }
}
