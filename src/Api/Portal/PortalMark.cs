namespace Gateway.Api.Portal;

/// <summary>Marks an endpoint as one of the portal: for people, and so not in the API's document.</summary>
internal sealed class PortalMark
{
    private PortalMark()
    {
    }

    public static PortalMark Instance { get; } = new();
}
