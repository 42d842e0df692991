using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Audit;

/// <summary>Who does something, and by which request.</summary>
/// <param name="Kind"><c>api_key</c>, <c>token</c>, <c>console</c> or <c>session</c>.</param>
/// <param name="Id">A key's id, a token's subject, who runs the command, or a person's id.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="Request">The request's id.</param>
internal sealed record Actor(string Kind, string Id, string? Address = null, string? Request = null)
{
    public const string Key = "api_key";
    public const string Token = "token";
    public const string Session = "session";

    /// <summary>Whoever has a shell on the operator's machine, or the program itself.</summary>
    public static Actor Console { get; } = new("console", Environment.UserName);
}

/// <summary>Reads the actor of a request.</summary>
internal static class ActorExtensions
{
    public static Actor Actor(this HttpContext context)
    {
        var caller = context.Caller();
        return new(
            caller.Kind == KeyKind.Token ? Audit.Actor.Token : Audit.Actor.Key,
            caller.Name,
            context.Connection.RemoteIpAddress?.ToString(),
            context.Features.GetRequiredFeature<RequestIdentity>().Id.ToString());
    }
}
