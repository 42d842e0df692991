using System.Globalization;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>An invoice as a page to print.</summary>
internal static class InvoicePage
{
    private const string None = "<p class=\"none\">None in this month.</p>";

    public static string Write(Invoice invoice)
    {
        var month = invoice.Statement;
        var page = new Html();
        WriteHead(page, invoice);
        WriteSummary(page, month);
        WriteCharges(page, month);
        WriteCredits(page, month);
        WriteReductions(page, month);
        WriteLots(page, month);
        page.Add($"""
            <footer>
            <p>All times are UTC; a request counts in the hour it began. Amounts are exact to 0.000000001 USD, and sums
            are not rounded. Usage is paid from credit that was bought before: nothing is due.</p>
            <p>Made {InvoiceText.Day(month.MadeAt)}.{(month.IsProvisional
                ? " Provisional: charges of this month may still come in until 48 hours after its end." : "")}</p>
            </footer>
            """);
        return page.Page($"Invoice {month.Number}");
    }

    private static void WriteHead(Html page, Invoice invoice)
    {
        var month = invoice.Statement;
        var state = month.IsProvisional ? "<p class=\"state\">Provisional</p>" : "";
        var date = month.IsProvisional ? "" : $"<dt>Date</dt><dd>{Day(month.Month.AddMonths(1))}</dd>\n";
        var issuer = invoice.Issuer.Address.Prepend(invoice.Issuer.Name).OfType<string>().Select(Html.Text).ToList();
        if (invoice.Issuer.TaxId is { } taxId)
        {
            issuer.Add("Tax ID " + Html.Text(taxId));
        }

        page.Add($"""
            <header>
            <div><h1>Invoice</h1><p>{InvoiceText.Month(month.Month)}</p>{state}</div>
            <p class="side">{string.Join("<br>", issuer)}</p>
            </header>
            <dl>
            <dt>Number</dt><dd>{month.Number}</dd>
            {date}<dt>Period</dt><dd>{Period(month.Month)}</dd>
            <dt>Customer</dt><dd>{Html.Text(invoice.Customer)}</dd>
            <dt>Organization</dt><dd>{month.Org}</dd>
            </dl>
            """);
    }

    private static void WriteSummary(Html page, MonthStatement month) => page.Add("<h2>Account</h2>").Table(
        ["", "USD#"],
        [
            ["Credit at the beginning", InvoiceText.Usd(month.Opening)],
            ["Added", InvoiceText.Usd(month.Credited)],
            ["Charged for usage", InvoiceText.Usd(-month.Charged)],
            ["Refunded or expired", InvoiceText.Usd(-month.Reduced)],
        ],
        ["Credit at the end", InvoiceText.Usd(month.Closing)]);

    private static void WriteCharges(Html page, MonthStatement month)
    {
        page.Add("<h2>Usage</h2>");
        _ = month.Charges.Count == 0 ? page.Add(None) : page.Table(
            ["Project", "Model", "Requests#", "Input tokens#", "Output tokens#", "USD#"],
            month.Charges.Select(line => new[]
            {
                line.Project is { } project ? Html.Text(project) : "&ndash;", Html.Text(line.Model),
                InvoiceText.Count(line.Requests), InvoiceText.Count(line.Input), InvoiceText.Count(line.Output),
                InvoiceText.Usd(line.Charge),
            }),
            ["Total", "", "", "", "", InvoiceText.Usd(month.Charged)]);
    }

    private static void WriteCredits(Html page, MonthStatement month)
    {
        page.Add("<h2>Credit added</h2>");
        _ = month.Credits.Count == 0 ? page.Add(None) : page.Table(
            ["Date", "Kind and lot", "TAO#", "USD per TAO#", "USD#"],
            month.Credits.Select(line => new[]
            {
                At(line.At), InvoiceText.Title(line.Kind) + Id(line.Lot), InvoiceText.Tao(line.Amount),
                InvoiceText.Rate(line.Rate), InvoiceText.Usd(line.Credit),
            }),
            ["Total", "", "", "", InvoiceText.Usd(month.Credited)]);
    }

    private static void WriteReductions(Html page, MonthStatement month)
    {
        if (month.Reductions.Count > 0)
        {
            page.Add("<h2>Refunded or expired</h2>").Table(
                ["Date", "Kind and lot", "TAO#", "USD#"],
                month.Reductions.Select(line => new[]
                {
                    At(line.At), (line.IsExpiry ? "Expired" : "Refund") + Id(line.Lot),
                    InvoiceText.Tao(line.Amount), InvoiceText.Usd(line.Credit),
                }),
                ["Total", "", "", InvoiceText.Usd(month.Reduced)]);
        }
    }

    private static void WriteLots(Html page, MonthStatement month)
    {
        if (month.Lots.Count > 0)
        {
            var rao = month.Lots.Aggregate(Rao.Zero, (sum, use) => sum + use.Amount);
            page.Add("<h2>Deposits the usage was paid from, first in, first out</h2>").Table(
                ["Lot", "TAO#", "USD per TAO#", "USD#"],
                month.Lots.Select(use => new[]
                {
                    Id(use.Lot), InvoiceText.Tao(use.Amount), InvoiceText.Rate(use.Rate), InvoiceText.Usd(use.Credit),
                }),
                ["Total", InvoiceText.Tao(rao), "", InvoiceText.Usd(month.Charged)]);
        }
    }

    private static string Id(string id) => $" <span class=\"id\">{Html.Text(id)}</span>";

    private static string At(DateTimeOffset at) => $"<span class=\"day\">{InvoiceText.Day(at)}</span>";

    private static string Period(DateOnly month) => $"{Day(month)} to {Day(month.AddMonths(1).AddDays(-1))}";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The months as a page.</summary>
internal static class InvoiceListPage
{
    public static string Write(string customer, IReadOnlyList<DateOnly> months)
    {
        var page = new Html().Add($"<header><h1>Invoices</h1><p class=\"side\">{Html.Text(customer)}</p></header>");
        return (months.Count == 0
            ? page.Add("<h2>No invoices yet</h2><p class=\"none\">The first one comes with the first deposit or "
                + "request.</p>")
            : page.Add("<h2>Months</h2>").Table(["Month"], months.Select(Row))).Page("Invoices");
    }

    private static string[] Row(DateOnly month)
    {
        var name = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        return [$"<a href=\"/v1/organization/invoices/{name}\">{InvoiceText.Month(month)}</a>"];
    }
}
