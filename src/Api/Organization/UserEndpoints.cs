using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/users, and the same of a project.</summary>
internal sealed class UserEndpoints(
    PeopleStore people, ProjectEndpoints projects, KeyDirectory keys, BodyBudget budget)
{
    private const string UserType = "organization.user";
    private const string PartType = "organization.project.user";

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "emails", "emails[]");
        var emails = new QueryReader(context.Request, "after", "limit", "emails").List("emails");
        var limit = Paging.Limit(context.Request);
        var rows = await people.ListAsync(
            context.Caller().Org, Paging.After(context.Request, ObjectIds.User), limit, emails);
        await Paging.WriteAsync(context, rows, limit, row => ObjectIds.User(row.Id), PeopleJson.WriteUser);
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await people.FindAsync(context.Caller().Org, IdOf(context)) ?? throw NoUser();
        await JsonAnswer.WriteAsync(context, writer => PeopleJson.WriteUser(writer, row));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "role");
        var role = PeopleJson.ReadRole(body, RoleNames.OfOrganization);
        var caller = context.Caller();
        var row = Require(await people.ChangeRoleAsync(
            caller.Org, IdOf(context), role, caller.Authority, context.Actor()));
        await JsonAnswer.WriteAsync(context, writer => PeopleJson.WriteUser(writer, row));
    }

    public async Task RemoveAsync(HttpContext context)
    {
        var caller = context.Caller();
        var row = Require(await people.RemoveAsync(caller.Org, IdOf(context), caller.Authority, context.Actor()));
        keys.Refresh(caller.Org);
        await DeletedJson.WriteAsync(context, UserType, ObjectIds.User(row.Id));
    }

    public async Task ListOfProjectAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await people.ListAsync(
            await projects.FindAsync(context), Paging.After(context.Request, ObjectIds.User), limit);
        await Paging.WriteAsync(
            context, rows, limit, row => ObjectIds.User(row.Person.Id), PeopleJson.WriteProjectUser);
    }

    public async Task GetOfProjectAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await people.FindAsync(await projects.FindAsync(context), IdOf(context)) ?? throw NoUser();
        await JsonAnswer.WriteAsync(context, writer => PeopleJson.WriteProjectUser(writer, row));
    }

    public async Task AddToProjectAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, "user_id", "role");
        var id = body.Find("user_id") ?? throw FieldReader.Missing("user_id");
        var user = ObjectIds.Parse(FieldReader.Text(id, "user_id", 64), ObjectIds.User) ?? throw NoUser();
        var role = PeopleJson.ReadRole(body, RoleNames.OfProject);
        var row = await people.SetAsync(project, user, role, isNew: true, context.Actor())
            ?? throw (await people.FindAsync(project, user) is null
                ? NoUser()
                : AdminErrors.Conflict("This user has a role in this project already: change it there."));
        keys.Refresh(context.Caller().Org);
        await JsonAnswer.WriteAsync(context, writer => PeopleJson.WriteProjectUser(writer, row));
    }

    public async Task ChangeInProjectAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, "role");
        var row = await people.SetAsync(
            project, IdOf(context), PeopleJson.ReadRole(body, RoleNames.OfProject), isNew: false, context.Actor())
            ?? throw NoUser();
        keys.Refresh(context.Caller().Org);
        await JsonAnswer.WriteAsync(context, writer => PeopleJson.WriteProjectUser(writer, row));
    }

    public async Task RemoveFromProjectAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (!await people.RemoveAsync(await projects.FindAsync(context), id, context.Actor()))
        {
            throw NoUser();
        }

        keys.Refresh(context.Caller().Org);
        await DeletedJson.WriteAsync(context, PartType, ObjectIds.User(id));
    }

    private static MemberRow Require((PersonChange Change, MemberRow? Row) done) => done.Change switch
    {
        PersonChange.Done => done.Row!,
        PersonChange.LastOwner => throw AdminErrors.LastOwner(),
        PersonChange.OwnersOnly => throw AdminErrors.OwnersOnly(),
        PersonChange.Self => throw AdminErrors.OwnRole(),
        PersonChange.Above => throw AdminErrors.AboveRemover(),
        PersonChange.Unknown => throw NoUser(),
    };

    private static Guid IdOf(HttpContext context) =>
        ObjectIds.Parse((string?)context.Request.RouteValues["user"], ObjectIds.User) ?? throw NoUser();

    private static RefusedException NoUser() => AdminErrors.NotFound("user");
}
