using Gateway.Core;

namespace Gateway.Api.Access;

/// <summary>Tells other replicas that an organisation's keys have changed. A hint: without it they notice within five
/// seconds. Never waits.</summary>
internal interface IKeyNews
{
    public void Changed(OrgId org);
}
