using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>spend_limit and end_user_limit of the organisation and of its projects.</summary>
internal sealed class SpendLimitEndpoints(
    LimitStore limits, ProjectEndpoints projects, KeyDirectory keys, Allowances allowances, BodyBudget budget)
{
    public RequestDelegate Get(string kind) => async context =>
    {
        Paging.RefuseOthers(context.Request);
        var owner = await OwnerAsync(context);
        var limit = await limits.SpendAsync(owner.Id, kind) ?? throw AdminErrors.NotFound(Word(kind));
        await JsonAnswer.WriteAsync(context, writer => Write(writer, owner, kind, limit));
    };

    public RequestDelegate Set(string kind) => async context =>
    {
        var org = context.Caller().Org;
        var owner = await OwnerAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, SpendLimitJson.Names);
        var limit = SpendLimitJson.Read(body.Find, "");
        await limits.SetSpendAsync(org, owner.Id, kind, limit, context.Actor());
        keys.Refresh(org);
        if (kind == LimitStore.Own)
        {
            await allowances.CountAsync(org, owner.Of(limit), [], CancellationToken.None);
        }

        await JsonAnswer.WriteAsync(context, writer => Write(writer, owner, kind, limit));
    };

    public RequestDelegate Clear(string kind) => async context =>
    {
        var owner = await OwnerAsync(context);
        if (!await limits.ClearSpendAsync(context.Caller().Org, owner.Id, kind, context.Actor()))
        {
            throw AdminErrors.NotFound(Word(kind));
        }

        keys.Refresh(context.Caller().Org);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, $"{ObjectName(owner, kind)}.deleted");
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
    };

    private async Task<Owner> OwnerAsync(HttpContext context) => context.Request.RouteValues.ContainsKey("project")
        ? new((await projects.FindAsync(context)).Id, true)
        : new(context.Caller().Org.Value, false);

    private static void Write(Utf8JsonWriter writer, Owner owner, string kind, SpendLimit limit)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, ObjectName(owner, kind));
        SpendLimitJson.Write(writer, limit);
        writer.WriteEndObject();
    }

    private static string ObjectName(Owner owner, string kind) =>
        (owner.IsProject ? "project." : "organization.") + Word(kind);

    private static string Word(string kind) => kind == LimitStore.Own ? "spend_limit" : "end_user_limit";

    /// <summary>Whose limit it is.</summary>
    private readonly record struct Owner(Guid Id, bool IsProject)
    {
        public Allowance Of(SpendLimit limit) => IsProject
            ? limit.ToAllowance(new ProjectId(Id).ToString(), BudgetKind.Project)
            : limit.ToAllowance(new OrgId(Id).ToString(), BudgetKind.Organization);
    }
}
