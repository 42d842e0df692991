using Gateway.Testing;

namespace Gateway.DevNet.Tests.Chain;

/// <summary>The unmodified polkadot-api 2.2.2 drives the simulator: a second client with a codec of its own.</summary>
[Trait("Needs", "node")]
public sealed class PapiTests
{
    [Fact]
    public async Task It_transfers_reads_storage_and_events_and_names_an_error()
    {
        await using var chain = await SimulatedChain.StartAsync();
        var seen = await NodeScript.RunAsync(
            "papi.mjs", [chain.Endpoints[0].ToString()], TestContext.Current.CancellationToken);

        Assert.EndsWith("simulator", (string)seen["chain"]!, StringComparison.Ordinal);
        Assert.Equal(("500", "1000000"), ((string)seen["deposit"]!, (string)seen["received"]!));
        Assert.Equal(2, (int)seen["nonces"]!);
        Assert.True((bool)seen["good"]!["ok"]! && (bool)seen["good"]!["finalized"]!);
        Assert.Equal((false, "FundsUnavailable"), ((bool)seen["bad"]!["ok"]!, (string)seen["bad"]!["error"]!));
        Assert.Equal(["1000000"], seen["transfers"]!.AsArray().Select(amount => (string)amount!));
        Assert.Equal(7, (int)seen["entries"]!);
    }
}
