using Gateway.Api.Organization;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;

namespace Gateway.Api.Portal.Forms;

/// <summary>GET /billing/invoices/{month}: an invoice to print, of a month that there is something to tell of.
/// </summary>
internal sealed class InvoiceAnswer(Statements statements, InvoiceIssuer issuer)
{
    public async Task GetAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        if (!QueryReader.TryDay(context.Request.RouteValues["id"] + "-01", out var month)
            || !(await statements.MonthsAsync(me.OrganizationId, context.RequestAborted)).Contains(month))
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        var statement = await statements.MonthAsync(me.OrganizationId, month, context.RequestAborted);
        context.Response.Headers.ContentSecurityPolicy = Html.Policy;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            InvoicePage.Write(new(statement, issuer, me.OrganizationName)), context.RequestAborted);
    }
}
