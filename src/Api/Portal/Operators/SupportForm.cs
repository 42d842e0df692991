using System.Text.Json.Nodes;
using Gateway.Api.Audit;
using Gateway.Api.Operators;
using Gateway.Api.Portal.Operators.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Core;

namespace Gateway.Api.Portal.Operators;

/// <summary>POST /operator/organizations: shows support one organisation, and says so in that organisation's own audit
/// log.</summary>
internal sealed class SupportForm(SupportDesk desk, AuditTrail trail)
{
    public const string Path = "/operator/organizations";

    /// <summary>The row of the organisation's log.</summary>
    public const string Event = "organization.viewed_by_operator";

    public async Task PostAsync(HttpContext context, PortalVisitor visitor)
    {
        if (!OrgId.TryParse(await PortalForm.FieldAsync(context, "organization"), out var org)
            || await desk.ReadAsync(org, context.RequestAborted) is null)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await OperatorPages.ReasonAsync(context, OperatorMarks.MaxReason) is not { } because)
        {
            await PortalPages.ShowAsync<OrganizationsConsole>(
                context, "operator.organizations", new { Problem = "operator.problem.reason" },
                StatusCodes.Status400BadRequest);
            return;
        }

        // First the row, then the look.
        await trail.NoteAsync(org, visitor.ActorOf(context), new(
            Event, org.ToString(), null, new JsonObject { ["person"] = visitor.Email, ["reason"] = because }));
        await PortalPages.ShowAsync<OrganizationsConsole>(
            context, "operator.organizations", new { Organization = org.ToString() });
    }
}
