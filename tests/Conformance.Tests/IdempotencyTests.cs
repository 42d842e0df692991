namespace Gateway.Conformance.Tests;

/// <summary>The openai package for Node repeats requests under its idempotency key.</summary>
[Trait("Needs", "node")]
public sealed class IdempotencyTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task The_clients_idempotency_key_gives_one_answer_for_one_charge()
    {
        var seen = await GatewayScript.RunAsync("idempotency.mjs", gateway.Process, RunningGateway.Model);
        var (first, again) = (seen["first"]!, seen["again"]!);

        Assert.Equal((200, 200), ((int)first["status"]!, (int)again["status"]!));
        Assert.Equal((string)first["body"]!, (string)again["body"]!);
        Assert.Equal((string)first["receipt"]!, (string)again["receipt"]!);
        Assert.Null(first["replayed"]);
        Assert.Equal("true", (string)again["replayed"]!);

        Assert.Equal((422, "UnprocessableEntityError", "idempotency_key_reused"), (
            (int)seen["other"]!["status"]!, (string)seen["other"]!["name"]!, (string)seen["other"]!["code"]!));
        Assert.Equal((422, "idempotency_not_replayable"),
            ((int)seen["streamAgain"]!["status"]!, (string)seen["streamAgain"]!["code"]!));
        Assert.Equal(
            (string)seen["stream"]!["receipt"]!, (string)seen["streamAgain"]!["details"]!["receipt"]!);

        // The expert's answers all cost the same: one whole, one stream, then one of ten.
        var charge = (long)seen["charge"]!;
        Assert.True(charge > 0);
        Assert.Equal((2 * charge, charge), ((long)seen["total"]!, (long)seen["tenTotal"]!));
        Assert.Equal(1, (int)seen["ten"]!);
        Assert.True((bool)seen["made"]!);
    }
}
