using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.Api.Tests.Organization;

public sealed partial class InvoiceTests(OrganizationFixture fixture) : IClassFixture<OrganizationFixture>
{
    private const string Evil = "<script>alert(1)</script>\u202E&\"'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invoice_adds_up_to_the_last_nano_usd()
    {
        using var member = await UsedAsync();

        var march = await member.GetAsync("invoices/2026-03?format=json");
        var april = await member.GetAsync("invoices/2026-04?format=json");

        Assert.Equal(10_000_000_000, (long)march["opening_balance_nusd"]!);
        Assert.Equal(4_000_000_003, (long)march["total_charges_nusd"]!);
        Assert.Equal(5_999_999_997, (long)march["closing_balance_nusd"]!);
        Assert.Equal("5.999999997", march["closing_balance"]!.ToJsonString());
        Assert.Equal((long)march["closing_balance_nusd"]!, (long)april["opening_balance_nusd"]!);
        Assert.Equal(
            (long)march["total_charges_nusd"]!, march["charges"]!.AsArray().Sum(line => (long)line!["amount_nusd"]!));
        Assert.Equal(
            (long)march["total_charges_nusd"]!, march["lots"]!.AsArray().Sum(line => (long)line!["amount_nusd"]!));
        Assert.Equal(1_000, (long)march["lots"]![0]!["rao"]!);
        Assert.Equal(
            ("Issuer & Söhne <b>", "Town", Evil),
            ((string)march["issuer"]!["name"]!, (string)march["issuer"]!["address"]![1]!,
                (string)march["customer"]!["name"]!));
        Assert.Equal($"GW-202603-{member.Org.ToString()[4..].ToUpperInvariant()}", (string)march["number"]!);
        Assert.Equal(
            (string)march["number"]!, (string)(await member.GetAsync("invoices/2026-03?format=json"))["number"]!);
        Assert.Equal("final", (string)march["status"]!);
    }

    [Fact]
    public async Task There_is_no_invoice_of_a_month_before_the_organisation_existed()
    {
        using var member = await fixture.NewAsync("New", 0);
        using var older = await UsedAsync();
        foreach (var (one, month) in ((Member, string)[])[(member, "2020-01"), (older, "2026-01")])
        {
            using var answer = await one.Admin.GetAsync(
                new Uri($"v1/organization/invoices/{month}?format=json", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Attack_28_The_page_is_self_contained_encoded_and_under_a_policy_that_lets_nothing_in()
    {
        using var member = await UsedAsync();
        using var answer = await member.Admin.GetAsync(
            new Uri("v1/organization/invoices/2026-03", UriKind.Relative), Token);
        var page = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202E', page);
        Assert.DoesNotContain(" on", Attributes().Replace(page, m => m.Value), StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("Issuer &amp; S&#xF6;hne &lt;b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href|action|style)=", page);
        Assert.DoesNotMatch("url\\(|@import|https?:", page);
        Assert.Contains("5.999999997", page, StringComparison.Ordinal);

        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var style = page.Split("<style>")[1].Split("</style>")[0];
        Assert.Contains(
            $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", policy,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_organisation_without_anything_gets_empty_valid_documents()
    {
        using var member = await fixture.NewAsync("Nobody", 0);

        Assert.Contains("No invoices yet", await member.TextAsync("invoices"), StringComparison.Ordinal);
        Assert.Equal("[]", (await member.GetAsync("invoices?format=json"))["data"]!.ToJsonString());
        var month = TimeProvider.System.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);
        Assert.Contains("None in this month", await member.TextAsync($"invoices/{month}"), StringComparison.Ordinal);
        Assert.Equal(0, (long)(await member.GetAsync($"invoices/{month}?format=json"))["closing_balance_nusd"]!);
    }

    [Fact]
    public async Task Months_are_listed_from_the_first_credit_on_and_the_future_has_none()
    {
        using var member = await UsedAsync();

        var months = (await member.GetAsync("invoices?format=json"))["data"]!.AsArray()
            .Select(one => (string)one!["month"]!).ToList();
        Assert.Equal("2026-02", months[^1]);
        Assert.Contains(
            "/v1/organization/invoices/2026-03", await member.TextAsync("invoices"), StringComparison.Ordinal);
        using var answer = await member.Admin.GetAsync(
            new Uri("v1/organization/invoices/2999-01", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_real_request_stands_on_the_current_invoice()
    {
        using var admin = fixture.Gateway.CreateClient((string)fixture.Gateway.DevNet["adminKey"]!);
        using var answer = await fixture.Gateway.PostChatAsync(
            """{"model":"devnet-large","messages":[{"role":"user","content":"What is 6 * 7?"}]}""", Token);
        var cost = (long)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["usage"]!["cost_nusd"]!;

        var month = TimeProvider.System.GetUtcNow()
            .ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        var invoice = JsonNode.Parse(await admin.GetStringAsync(
            new Uri($"v1/organization/invoices/{month}?format=json", UriKind.Relative), Token))!;

        Assert.True(cost > 0);
        Assert.Equal(cost, (long)invoice["total_charges_nusd"]!);
        Assert.Equal("devnet-large", (string)invoice["charges"]![0]!["model"]!);
        Assert.Equal(5_000_000_000, (long)invoice["total_credits_nusd"]!);
        Assert.Equal("provisional", (string)invoice["status"]!);
    }

    private async Task<Member> UsedAsync()
    {
        var member = await fixture.NewAsync(Evil, 10_000_000_000);
        await fixture.ChargeAsync(member.Org, OrganizationFixture.March, 4_000_000_000, Evil, project: Evil);
        await fixture.ChargeAsync(member.Org, OrganizationFixture.March.AddDays(30).AddHours(23), 3);
        await fixture.ChargeAsync(member.Org, OrganizationFixture.March.AddDays(31), 5);
        return member;
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Attributes();
}
