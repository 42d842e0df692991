namespace Gateway.Api.Access;

/// <summary>Carries an endpoint's rule in its metadata.</summary>
/// <param name="Rule">Who may call it at all.</param>
/// <param name="Act">What it does, of endpoints that manage.</param>
/// <param name="Least">Whether a reach that only reads, or only concerns money, is enough; <see cref="Reach.All"/>: it
/// is not.</param>
internal sealed record AccessRuleMetadata(AccessRule Rule, Act Act = Act.OwnOrganization, Reach Least = Reach.All);

/// <summary>How endpoints state their rule and read their caller.</summary>
internal static class AccessExtensions
{
    public static TBuilder Requires<TBuilder>(this TBuilder builder, AccessRule rule)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(
            new AccessRuleMetadata(rule, rule == AccessRule.Usage ? Act.SeeUsage : Act.OwnOrganization));
        return builder;
    }

    /// <summary>For endpoints that manage: who may, says <see cref="RoleTable"/>.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder builder, Act act, Reach least = Reach.All)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new AccessRuleMetadata(AccessRule.Admin, act, least));
        return builder;
    }

    /// <summary>The caller of a request whose endpoint requires one.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("This endpoint requires no caller.");
}
