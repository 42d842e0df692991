using System.Text.Json.Nodes;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Tests.Chat;

public sealed class BillingErrorsTests
{
    [Theory]
    [InlineData(BudgetKind.EndUser, "end_user", "It resets at 2026-12-01T00:00:00Z.")]
    [InlineData(BudgetKind.Key, "key", "It resets at 2026-12-01T00:00:00Z.")]
    [InlineData(BudgetKind.Project, "project", "It never resets.")]
    [InlineData(BudgetKind.Organization, "organization", "It never resets.")]
    public async Task A_budget_that_is_used_up_names_the_level_that_refused(BudgetKind kind, string level, string end)
    {
        DateTimeOffset? resets = end.Contains("never", StringComparison.Ordinal)
            ? null
            : new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        var (context, error) = await WriteAsync(
            BillingErrors.BudgetExceeded(kind, "x_1", new(2_000_000_000), new(1_500_000_000), resets));

        Assert.Equal(402, context.Response.StatusCode);
        Assert.False(context.Response.Headers.ContainsKey("retry-after"));
        Assert.Equal(("insufficient_quota", "budget_exceeded"), ((string)error["type"]!, (string)error["code"]!));
        Assert.EndsWith(end, (string)error["message"]!, StringComparison.Ordinal);
        var details = error["details"]!;
        Assert.Equal((level, "x_1", 2_000_000_000, 1_500_000_000), ((string)details["level"]!, (string)details["id"]!,
            (long)details["limit_nusd"]!, (long)details["used_nusd"]!));
        Assert.Equal(resets is null ? null : "2026-12-01T00:00:00Z", (string?)details["resets"]);
    }

    [Theory]
    [InlineData("400.00", 730, "Add credit, about 0.0051 TAO, or lower max_tokens to 730.", "5100000")]
    [InlineData("400.00", 0, "Add credit, about 0.0051 TAO.", "5100000")]
    [InlineData("4000000.00", 1, "Add credit, about 0.001 TAO, or lower max_tokens to 1.", "1000000")]
    [InlineData(null, 1, "Add credit, or lower max_tokens to 1.", null)]
    public async Task No_credit_names_the_ways_out(string? usd, long affordable, string way, string? rao)
    {
        FxRate? rate = usd is not null && FxRate.TryParseUsdPerTao(usd, out var parsed) ? parsed : null;
        var lack = new Reserved.Insufficient(new(2_730_000_000), new(730_000_000), new(5));

        var (_, error) = await WriteAsync(BillingErrors.From(lack, affordable, rate, null));

        Assert.EndsWith(way, (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal(affordable, (long)error["details"]!["affordable_max_tokens"]!);
        Assert.Equal(rao, (string?)error["details"]!["payment"]?["amount_rao"]);
    }

    [Fact]
    public async Task No_credit_names_the_address_the_amount_and_what_is_held()
    {
        var lack = new Reserved.Insufficient(new(2_730_000_000), new(730_000_000), new(5));

        var (_, error) = await WriteAsync(
            BillingErrors.From(lack, 0, new FxRate(400_000), new("5Address", "0xgenesis", 1_790_000_900)));

        Assert.EndsWith("about 0.0051 TAO sent to 5Address.", (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal(5, (long)error["details"]!["held_by_requests_nusd"]!);
        var payment = error["details"]!["payment"]!;
        Assert.Equal(1_790_000_900, (long)payment["quote_expires"]!);
        Assert.Equal(("5Address", "0xgenesis", "Balances.transfer_keep_alive", "0.0051"),
            ((string)payment["address"]!, (string)payment["genesis"]!, (string)payment["call"]!,
                (string)payment["amount_tao"]!));
    }

    private static async Task<(HttpContext Context, JsonNode Error)> WriteAsync(OpenAiError error)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        await error.WriteAsync(context);
        return (context, JsonNode.Parse(body.ToArray())!["error"]!);
    }
}
