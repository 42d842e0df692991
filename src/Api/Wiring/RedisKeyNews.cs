using Gateway.Api.Access;
using Gateway.Api.Redis;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>Tells other replicas of changed keys by a message.</summary>
internal sealed class RedisKeyNews(RedisLink link) : IKeyNews
{
    public void Changed(OrgId org) => link.Publish(Nudges.KeysChannel, org.ToString());
}
