namespace Gateway.Api.Access;

/// <summary>Carries an endpoint's rule in its metadata.</summary>
internal sealed record AccessRuleMetadata(AccessRule Rule);

/// <summary>How endpoints state their rule and read their caller.</summary>
internal static class AccessExtensions
{
    public static TBuilder Requires<TBuilder>(this TBuilder builder, AccessRule rule)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new AccessRuleMetadata(rule));
        return builder;
    }

    /// <summary>The caller of a request whose endpoint requires one.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("This endpoint requires no caller.");
}
