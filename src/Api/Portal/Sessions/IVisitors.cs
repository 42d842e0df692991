namespace Gateway.Api.Portal.Sessions;

/// <summary>Finds out who sent a request of the portal.</summary>
internal interface IVisitors
{
    /// <summary>The person whose session the request carries; null when it carries none that lives.</summary>
    public ValueTask<PortalVisitor?> FindAsync(HttpContext context);
}
