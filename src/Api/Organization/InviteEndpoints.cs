using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/invites: the token is shown once, when the invite is made.</summary>
internal sealed class InviteEndpoints(
    InviteStore invites, ProjectStore projects, BodyBudget budget, TimeProvider time)
{
    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await invites.ListAsync(
            context.Caller().Org, Paging.After(context.Request, ObjectIds.Invite), limit);
        await Paging.WriteAsync(context, rows, limit, row => ObjectIds.Invite(row.Id),
            (writer, row) => PeopleJson.WriteInvite(writer, row, time.GetUtcNow()));
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await invites.FindAsync(context.Caller().Org, IdOf(context)) ?? throw NoInvite();
        await JsonAnswer.WriteAsync(context, writer => PeopleJson.WriteInvite(writer, row, time.GetUtcNow()));
    }

    public async Task CreateAsync(HttpContext context)
    {
        var caller = context.Caller();
        var body = await AdminBody.ReadAsync(context.Request, budget, "email", "role", "projects");
        var (email, role) = (PeopleJson.ReadEmail(body), PeopleJson.ReadRole(body, RoleNames.OfOrganization));
        if (role == RoleNames.Of(Role.Owner) && caller.Authority.Of(Act.OwnOrganization) != Reach.All)
        {
            throw AdminErrors.OwnersOnly();
        }

        var parts = await FindAsync(caller.Org, PeopleJson.ReadProjects(body));
        var (row, token) = await invites.CreateAsync(caller.Org, email, role, parts, context.Actor())
            ?? throw AdminErrors.Conflict(
                $"This person is in the organisation already, or {InviteStore.MaxOpen} invites are open.");
        await JsonAnswer.WriteAsync(context, writer => PeopleJson.WriteInvite(writer, row, time.GetUtcNow(), token));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (!await invites.DeleteAsync(context.Caller().Org, id, context.Actor()))
        {
            throw NoInvite();
        }

        await DeletedJson.WriteAsync(context, "organization.invite", ObjectIds.Invite(id));
    }

    private async Task<List<(ProjectId Project, string Role)>> FindAsync(
        OrgId org, List<(string Id, string Role)> wished)
    {
        var found = new List<(ProjectId, string)>(wished.Count);
        foreach (var (text, role) in wished.DistinctBy(part => part.Id))
        {
            found.Add(ProjectId.TryParse(text, out var id) && await projects.FindAsync(org, id) is not null
                ? (id, role)
                : throw AdminErrors.NoProject());
        }

        return found;
    }

    private static Guid IdOf(HttpContext context) =>
        ObjectIds.Parse((string?)context.Request.RouteValues["invite"], ObjectIds.Invite) ?? throw NoInvite();

    private static RefusedException NoInvite() => AdminErrors.NotFound("invite");
}
