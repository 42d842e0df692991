namespace Gateway.Api.Portal.Sessions;

/// <summary>Marks an endpoint whose form brings more than others: for people signed in only.</summary>
/// <param name="Most">The largest body, in bytes.</param>
internal sealed record BodyMark(long Most);
