using System.Text.Json.Nodes;
using Gateway.Api.Chat;
using Gateway.Billing;
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
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));

        await BillingErrors.BudgetExceeded(kind, "x_1", new(2_000_000_000), new(1_500_000_000), resets)
            .WriteAsync(context);

        Assert.Equal(402, context.Response.StatusCode);
        Assert.False(context.Response.Headers.ContainsKey("retry-after"));
        var error = JsonNode.Parse(body.ToArray())!["error"]!;
        Assert.Equal(("insufficient_quota", "budget_exceeded"), ((string)error["type"]!, (string)error["code"]!));
        Assert.EndsWith(end, (string)error["message"]!, StringComparison.Ordinal);
        var details = error["details"]!;
        Assert.Equal((level, "x_1", 2_000_000_000, 1_500_000_000), ((string)details["level"]!, (string)details["id"]!,
            (long)details["limit_nusd"]!, (long)details["used_nusd"]!));
        Assert.Equal(resets is null ? null : "2026-12-01T00:00:00Z", (string?)details["resets"]);
    }
}
