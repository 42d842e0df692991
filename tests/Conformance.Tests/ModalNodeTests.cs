namespace Gateway.Conformance.Tests;

/// <summary>The endpoints that are no chat, driven by the unmodified package of OpenAI for Node.</summary>
[Trait("Needs", "node")]
public sealed class ModalNodeTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task OpenAis_client_embeds_judges_draws_speaks_and_listens()
    {
        var seen = await GatewayScript.RunAsync("modal.mjs", gateway.Process, []);

        Assert.Equal("[0.5,-2]", seen["vector"]!.ToJsonString());
        Assert.Equal((true, 0.9), ((bool)seen["flagged"]!, (double)seen["violence"]!));
        Assert.Equal(("PNG", 40_000_000), ((string)seen["image"]!, (long)seen["imageCost"]!));
        Assert.Equal((417, "audio/mpeg", "0.00005"), (
            (int)seen["sound"]!, (string)seen["type"]!, (string)seen["soundCost"]!));
        Assert.Equal((ModalExpert.Transcript, 1), ((string)seen["heard"]!, (int)seen["seconds"]!));
        Assert.StartsWith("1\n00:00:00,000 --> 00:00:01,000\n", (string?)seen["subtitles"], StringComparison.Ordinal);
        Assert.Equal((ModalExpert.Transcript, "transcript.text.done", 1_000_000), (
            (string)seen["streamed"]!, (string)seen["last"]!, (long)seen["cost"]!));
        Assert.Equal("""["BadRequestError",400,"invalid_value","n"]""", seen["refused"]!.ToJsonString());
    }
}
