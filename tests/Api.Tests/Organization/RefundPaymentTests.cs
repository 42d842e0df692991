using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.ChainBridge.Payouts;

namespace Gateway.Api.Tests.Organization;

/// <summary>A refund all the way, in one process: asked for, approved by two generated approvers, signed, final on the
/// simulated chain, in the books.</summary>
public sealed class RefundPaymentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refund_is_approved_signed_and_final_without_anybodys_help_on_DevNet()
    {
        await using var gateway = await InProcessGateway.StartAsync("--Gateway:DevNet:BlockTime=00:00:00.2");
        using var admin = gateway.CreateClient((string)gateway.DevNet["adminKey"]!);
        using var payee = ApproverKey.Open(Path.Combine(gateway.DataDirectory, "payee"));
        using var body = new StringContent(
            $$"""
            {"destination":"{{payee.Address}}","amount":0.4,"destination_signature":"{{payee.Sign(
                $"Refund destination {payee.Address} of {gateway.DevNet["organization"]}")}}"}
            """,
            Encoding.UTF8,
            "application/json");
        using var answer = await admin.PostAsync(new Uri("v1/organization/refunds", UriKind.Relative), body, Token);
        var asked = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
        var one = new Uri($"v1/organization/refunds/{asked["id"]}", UriKind.Relative);

        var refund = asked;
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while ((string)refund["state"]! != "paid")
        {
            Assert.True(TimeProvider.System.GetUtcNow() < until, refund.ToJsonString());
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
            refund = JsonNode.Parse(await admin.GetStringAsync(one, Token))!;
        }

        Assert.Equal(2, (int)refund["approvals"]!);
        Assert.StartsWith("0x", (string)refund["extrinsic_hash"]!, StringComparison.Ordinal);
        Assert.StartsWith("0x", (string)refund["block_hash"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_of_somebody_else_is_refused_with_the_text_to_sign()
    {
        await using var gateway = await InProcessGateway.StartAsync("--Gateway:DevNet:AutoApprove=false");
        using var admin = gateway.CreateClient((string)gateway.DevNet["adminKey"]!);
        using var payee = ApproverKey.Open(Path.Combine(gateway.DataDirectory, "payee"));
        using var body = new StringContent(
            $$"""{"destination":"{{payee.Address}}","amount":0.4,"destination_signature":"{{payee.Sign("x")}}"}""",
            Encoding.UTF8,
            "application/json");

        using var answer = await admin.PostAsync(new Uri("v1/organization/refunds", UriKind.Relative), body, Token);

        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;
        Assert.Equal(
            ("destination_not_proven", "destination_signature"), ((string)error["code"]!, (string)error["param"]!));
        Assert.Contains(
            $"Refund destination {payee.Address} of org_", (string)error["message"]!, StringComparison.Ordinal);
    }
}
