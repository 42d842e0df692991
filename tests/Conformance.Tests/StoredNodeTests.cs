namespace Gateway.Conformance.Tests;

/// <summary>What is stored, driven by the unmodified package of OpenAI for Node.</summary>
[Trait("Needs", "node")]
public sealed class StoredNodeTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task OpenAis_client_stores_files_runs_batches_and_reads_responses_again()
    {
        var seen = await GatewayScript.RunAsync("stored.mjs", gateway.Process, [RunningGateway.Model]);

        Assert.Equal("""{"purpose":"batch","bytes":true,"lasts":3600}""", seen["file"]!.ToJsonString());
        Assert.True((bool)seen["content"]! && (bool)seen["listed"]! && (bool)seen["deleted"]!);
        Assert.Equal("""{"status":"validating","metadata":{"a":"b"}}""", seen["made"]!.ToJsonString());
        Assert.Equal(
            """{"status":"completed","counts":{"total":3,"completed":3,"failed":0},"errors":null}""",
            seen["batch"]!.ToJsonString());
        Assert.Equal(
            [("a", 200, RunningGateway.Answer), ("b", 200, RunningGateway.Answer), ("c", 200, RunningGateway.Answer)],
            seen["output"]!.AsArray().Select(line => (
                (string)line!["id"]!, (int)line["status"]!, (string)line["text"]!)));
        Assert.True((bool)Assert.Single(seen["batches"]!.AsArray())!);
        Assert.Equal(1, (int)seen["failed"]!);
        Assert.Equal((RunningGateway.Answer, true, true), (
            (string)seen["response"]!["text"]!, (bool)seen["response"]!["same"]!,
            (bool)seen["response"]!["previous"]!));
        Assert.Equal("What is 12 * 34?", (string?)Assert.Single(seen["items"]!.AsArray()));
        Assert.Equal(
            [
                ("NotFoundError", 404, "not_found"), ("NotFoundError", 404, "not_found"),
                ("ConflictError", 409, "conflict"),
            ],
            seen["errors"]!.AsArray().Select(error => (
                (string)error!["name"]!, (int)error["status"]!, (string)error["code"]!)));
    }
}
