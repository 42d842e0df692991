namespace Gateway.Conformance.Tests;

/// <summary>A receipt is checked by code that shares nothing with the gateway: Node's crypto.</summary>
[Trait("Needs", "node")]
public sealed class ReceiptTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task A_receipt_verifies_and_any_changed_member_is_noticed()
    {
        var seen = await GatewayScript.RunAsync("receipt.mjs", gateway.Process, RunningGateway.Model);

        foreach (var kind in (string[])["whole", "stream"])
        {
            var found = seen[kind]!;
            foreach (var check in (string[])["id", "signature", "stable", "charge", "request", "response"])
            {
                Assert.True((bool)found[check]!, $"{kind}: {check}");
            }

            Assert.Empty(found["tampered"]!.AsArray());
        }
    }
}
