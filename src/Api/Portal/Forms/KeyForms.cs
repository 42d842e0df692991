using System.Globalization;
using Gateway.Api.Access;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Core;

namespace Gateway.Api.Portal.Forms;

/// <summary>What the page of keys does: make, rotate, disable. A key's text is in the answer that made it, and nowhere
/// else.</summary>
internal sealed class KeyForms(KeyStore keys, ProjectStore projects, KeyDirectory directory, TimeProvider time)
{
    private const int MaxName = 100;
    private const int LongestDays = 365;
    private const int LongestOverlapHours = 7 * 24;

    public async Task CreateAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var name = await PortalForm.FieldAsync(context, "name");
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
        {
            await ShowAsync(context, problem: "keys.problem.name");
            return;
        }

        if (await ReadLimitAsync(context) is not { IsRight: true } limit)
        {
            await ShowAsync(context, problem: "keys.problem.cap");
            return;
        }

        if (await FindProjectAsync(context, me) is not { ArchivedAt: null } project)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        var days = await NumberAsync(context, "days", LongestDays);
        var settings = new KeySettings(
            name, KeyScopesText.Default, null, limit.Limit, default,
            days > 0 ? time.GetUtcNow().AddDays(days) : null);
        var created = await keys.CreateAsync(project, settings, me.ActorOf(context));
        await (created is { } made
            ? ShowAsync(context, made.Text)
            : ShowAsync(context, problem: "keys.problem.many"));
    }

    public async Task RotateAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } found)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        var overlap = TimeSpan.FromHours(await NumberAsync(context, "overlap", LongestOverlapHours));
        var me = PortalVisitor.Of(context)!;
        var created = await keys.RotateAsync(found.Project, new(found.Key.Id), overlap, me.ActorOf(context));
        directory.Refresh(me.OrganizationId);
        await (created is { } made ? ShowAsync(context, made.Text) : PortalPages.ShowMissingAsync(context));
    }

    public async Task DisableAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } found)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await PortalForm.FieldAsync(context, "confirm") != found.Key.Label)
        {
            await ShowAsync(context, problem: "keys.problem.confirm");
            return;
        }

        var me = PortalVisitor.Of(context)!;
        await keys.RevokeAsync(found.Project, new(found.Key.Id), me.ActorOf(context));
        directory.Refresh(me.OrganizationId);
        PortalForm.GoTo(context, "/keys");
    }

    private static Task ShowAsync(HttpContext context, string? created = null, string? problem = null) =>
        PortalPages.ShowAsync<KeysPage>(context, "keys", new { Created = created, Problem = problem },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static async Task<(bool IsRight, SpendLimit? Limit)> ReadLimitAsync(HttpContext context)
    {
        var text = await PortalForm.FieldAsync(context, "cap");
        if (text.Length == 0)
        {
            return (true, null);
        }

        return PortalForm.TryReadUsd(text, out var cap) && cap > NanoUsd.Zero
            && SpendLimit.ParsePeriod(await PortalForm.FieldAsync(context, "period")) is { } period
            ? (true, new(cap, period))
            : default;
    }

    private static async Task<int> NumberAsync(HttpContext context, string field, int most) =>
        int.TryParse(await PortalForm.FieldAsync(context, field), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? Math.Clamp(number, 0, most) : 0;

    private async Task<ProjectRow?> FindProjectAsync(HttpContext context, PortalVisitor me)
    {
        var text = await PortalForm.FieldAsync(context, "project");
        return text.Length == 0
            ? await projects.DefaultAsync(me.OrganizationId)
            : ProjectId.TryParse(text, out var id) ? await projects.FindAsync(me.OrganizationId, id) : null;
    }

    private async Task<(ProjectRow Project, ApiKeyRow Key)?> FindAsync(HttpContext context)
    {
        var org = PortalVisitor.Of(context)!.OrganizationId;
        if (!KeyId.TryParse((string?)context.Request.RouteValues["id"], out var id)
            || await keys.FindAsync(org, id) is not { } key)
        {
            return null;
        }

        var project = key.Project is { } of
            ? await projects.FindAsync(org, new(of))
            : await projects.DefaultAsync(org);
        return project is null ? null : (project, key);
    }
}
