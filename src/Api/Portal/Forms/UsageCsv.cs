using System.Globalization;
using Gateway.Api.Organization;
using Gateway.Api.Portal.Pages;
using Gateway.Billing;

namespace Gateway.Api.Portal.Forms;

/// <summary>GET /usage.csv: what the page of usage shows, a line for each day and group.</summary>
internal sealed class UsageCsv(Statements statements)
{
    public async Task GetAsync(HttpContext context)
    {
        var frame = context.RequestServices.GetRequiredService<PageFrame>();
        frame.Begin(context, "usage");
        var view = UsageView.Read(frame.Query("days"), frame.Query("by"));
        var usage = await view.ReadAsync(statements, frame, context.RequestAborted);
        context.Response.ContentType = "text/csv; charset=utf-8";
        await using var writer = new CsvWriter(context.Response.Body);
        await writer.WriteAsync(["day", view.By, "requests", "input_tokens", "output_tokens", "cost_nusd"]);
        foreach (var line in usage.Lines)
        {
            await writer.WriteAsync(
            [
                line.Start.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                view.NameOf(line) ?? "",
                Text(line.Totals.Requests),
                Text(line.Totals.Input),
                Text(line.Totals.Output),
                Text(line.Totals.Charge.Value),
            ]);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
