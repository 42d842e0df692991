using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/projects/{id}/api_keys: a key is shown once, when it is made.</summary>
internal sealed class KeyEndpoints(
    KeyStore keys, ProjectEndpoints projects, KeyDirectory directory, Allowances allowances, BodyBudget budget,
    TimeProvider time)
{
    private const long MaxOverlap = 7 * 24 * 3600;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await keys.ListAsync(await projects.FindAsync(context), Paging.AfterKey(context.Request), limit);
        await Paging.WriteAsync(
            context, rows, limit, row => new KeyId(row.Id).ToString(), (writer, row) => KeyJson.Write(writer, row));
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await keys.FindAsync(await projects.FindAsync(context), IdOf(context)) ?? throw AdminErrors.NoKey();
        await JsonAnswer.WriteAsync(context, writer => KeyJson.Write(writer, row));
    }

    public async Task CreateAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        AdminErrors.RefuseArchived(project);
        var body = await AdminBody.ReadAsync(context.Request, budget, KeyJson.Names);
        var created = await keys.CreateAsync(project, KeyJson.ReadNew(body, time.GetUtcNow()), context.Actor())
            ?? throw AdminErrors.Conflict($"A project has at most {KeyStore.MaxKeys} keys.");
        await JsonAnswer.WriteAsync(context, writer => KeyJson.Write(writer, created.Row, created.Text));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, KeyJson.Names);
        var row = await keys.ChangeAsync(
            project, IdOf(context), KeyJson.ReadChange(body, time.GetUtcNow()), context.Actor())
            ?? throw AdminErrors.NoKey();
        directory.Refresh(context.Caller().Org);
        if (body.Has("spend_limit") && KeySettings.Of(row).SpendLimit is { } limit)
        {
            var allowance = limit.ToAllowance(new KeyId(row.Line ?? row.Id).ToString(), BudgetKind.Key);
            await allowances.CountAsync(
                context.Caller().Org, allowance, await keys.LineAsync(row), CancellationToken.None);
        }

        await JsonAnswer.WriteAsync(context, writer => KeyJson.Write(writer, row));
    }

    public async Task RotateAsync(HttpContext context)
    {
        const string Name = "overlap_seconds";
        var project = await projects.FindAsync(context);
        AdminErrors.RefuseArchived(project);
        var body = await AdminBody.ReadAsync(context.Request, budget, Name);
        var overlap = body.Integer(Name, 0, MaxOverlap) ?? throw FieldReader.Missing(Name);
        var created = await keys.RotateAsync(project, IdOf(context), TimeSpan.FromSeconds(overlap), context.Actor())
            ?? throw AdminErrors.NoKey();
        directory.Refresh(context.Caller().Org);
        await JsonAnswer.WriteAsync(context, writer => KeyJson.Write(writer, created.Row, created.Text));
    }

    public async Task RevokeAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (!await keys.RevokeAsync(await projects.FindAsync(context), id, context.Actor()))
        {
            throw AdminErrors.NoKey();
        }

        directory.Refresh(context.Caller().Org);
        await DeletedJson.WriteAsync(context, "organization.project.api_key", id.ToString());
    }

    private static KeyId IdOf(HttpContext context) =>
        KeyId.TryParse((string?)context.Request.RouteValues["key"], out var id) ? id : throw AdminErrors.NoKey();
}
