using Gateway.Api.Redis;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>Asks other replicas for an organisation's unused credit by a message, at most once in a while: however many
/// requests are short of money, one question says it.</summary>
internal sealed class RedisRecall(RedisLink link, TimeProvider time) : IRecallSignal
{
    private const int MaxRemembered = 4096;

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<OrgId, long> _asked = new();

    public void Ask(OrgId org)
    {
        var now = time.GetTimestamp();
        if (_asked.TryGetValue(org, out var last) && time.GetElapsedTime(last, now) < AskEvery)
        {
            return;
        }

        if (_asked.Count >= MaxRemembered)
        {
            _asked.Clear();
        }

        _asked[org] = now;
        link.Publish(Nudges.RecallChannel, org.ToString());
    }
}
