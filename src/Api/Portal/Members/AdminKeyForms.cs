using System.Globalization;
using Gateway.Api.Access;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Core;

namespace Gateway.Api.Portal.Members;

/// <summary>Makes and revokes the keys that manage the organisation; a key's text is in the answer that made it, and
/// nowhere else.</summary>
internal sealed class AdminKeyForms(AdminKeyStore keys, KeyDirectory directory, TimeProvider time)
{
    private const int MaxName = 100;
    private const int LongestDays = 365;

    public async Task CreateAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["name"].ToString().Trim();
        var scopes = form["scope"].Select(text => AdminScopesText.One(text ?? "")).ToList();
        var days = int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 0, LongestDays)
            : 0;
        var fault = name.Length is 0 or > MaxName || name.Any(char.IsControl) ? new("name", "keys.problem.name")
            : scopes.Count == 0 || scopes.Contains(null) ? new FormFault("scope", "adminkeys.problem.scope")
            : null;
        if (fault is not null)
        {
            await PortalPages.ShowFaultAsync<AdminKeysPage>(context, "adminkeys", fault);
            return;
        }

        var created = await keys.CreateAsync(
            me.OrganizationId, name, scopes.Aggregate(AdminScopes.None, (all, one) => all | one!.Value),
            days > 0 ? time.GetUtcNow().AddDays(days) : null, me.ActorOf(context));
        await (created is var (_, text)
            ? PortalPages.ShowAsync<AdminKeysPage>(context, "adminkeys", new { Created = text })
            : PortalPages.ShowFaultAsync<AdminKeysPage>(context, "adminkeys", new("name", "keys.problem.many")));
    }

    public async Task RevokeAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        if (!KeyId.TryParse(id, out var key) || await keys.FindAsync(me.OrganizationId, key) is not { } found)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await PortalForm.FieldAsync(context, "confirm") != found.Label)
        {
            await PortalPages.ShowFaultAsync<AdminKeysPage>(
                context, "adminkeys", new("confirm", "keys.problem.confirm", id));
            return;
        }

        await keys.RevokeAsync(me.OrganizationId, key, me.ActorOf(context));
        directory.Refresh(me.OrganizationId);
        PortalForm.GoTo(context, "/settings/admin-keys");
    }
}
