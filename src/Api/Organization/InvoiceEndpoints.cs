using System.Globalization;
using System.Text;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>GET /v1/organization/invoices: the months there is something to tell of; and one of them, as a page to
/// print or as JSON.</summary>
internal sealed class InvoiceEndpoints(
    Statements statements, OrganizationNames names, InvoiceIssuer issuer, TimeProvider time)
{
    public async Task ListAsync(HttpContext context)
    {
        var isHtml = IsHtml(context);
        var org = context.Caller().Org;
        var months = await statements.MonthsAsync(org, context.RequestAborted);
        if (isHtml)
        {
            var customer = await names.FindAsync(org, context.RequestAborted);
            await WriteHtmlAsync(context, InvoiceListPage.Write(customer, months));
            return;
        }

        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var month in months)
            {
                writer.WriteStartObject();
                writer.WriteString("object"u8, "organization.invoice"u8);
                writer.WriteString("month"u8, month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("has_more"u8, false);
            writer.WriteEndObject();
        });
    }

    public async Task GetAsync(HttpContext context)
    {
        var isHtml = IsHtml(context);
        var month = ReadMonth((string?)context.Request.RouteValues["month"]);
        var org = context.Caller().Org;
        await RefuseBeforeAsync(org, month, context.RequestAborted);
        var statement = await statements.MonthAsync(org, month, context.RequestAborted);
        var invoice = new Invoice(statement, issuer, await names.FindAsync(org, context.RequestAborted));
        await (isHtml
            ? WriteHtmlAsync(context, InvoicePage.Write(invoice))
            : JsonAnswer.WriteAsync(context, writer => InvoiceJson.Write(writer, invoice)));
    }

    private static bool IsHtml(HttpContext context) =>
        new QueryReader(context.Request, "format").Choice("format", "html", "json") == "html";

    private DateOnly ReadMonth(string? text)
    {
        if (!QueryReader.TryDay(text + "-01", out var month))
        {
            throw QueryReader.Wrong("month", "a month such as 2026-11");
        }

        return month.ToDateTime(TimeOnly.MinValue) <= time.GetUtcNow().UtcDateTime
            ? month
            : throw new RefusedException(OpenAiError.NotFound("not_found", "This month has not begun."));
    }

    // What an organisation that came from elsewhere has is older than itself.
    private async Task RefuseBeforeAsync(OrgId org, DateOnly month, CancellationToken ct)
    {
        var next = new DateTimeOffset(month.AddMonths(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        if (await names.CreatedAsync(org, ct) >= next
            && !(await statements.MonthsAsync(org, ct)).Any(known => known <= month))
        {
            throw new RefusedException(OpenAiError.NotFound(
                "not_found", "There is no invoice of a month before your organisation existed."));
        }
    }

    private static async Task WriteHtmlAsync(HttpContext context, string html)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Html.Policy;
        headers.CacheControl = "no-store";
        headers["referrer-policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(html), context.RequestAborted);
    }
}
