using Gateway.Api.Access;

namespace Gateway.Api.Content;

/// <summary>Whose content it is: keys of one project share theirs, and nobody else sees it.</summary>
/// <param name="Org">The organisation whose quota it counts in.</param>
/// <param name="Id">The project, or the organisation for a caller without one.</param>
internal readonly record struct ContentOwner(Guid Org, Guid Id)
{
    public static ContentOwner Of(Caller caller) => new(caller.Org.Value, caller.Project?.Value ?? caller.Org.Value);
}
