using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Telemetry;

/// <summary>One expert that never fails, for the model <c>scripted</c>: ten tokens in, two out.</summary>
internal static class ScriptedExpert
{
    public const string Model = "scripted";

    public static Task<ScriptedMiner> StartAsync() =>
        ScriptedMiner.StartAsync(AnswerAsync, TestContext.Current.CancellationToken);

    public static IEnumerable<string> Settings(ScriptedMiner expert) =>
        InProcessGateway.StaticExpert(expert.Address, Model, "100");

    public static string Body(bool stream, string prompt = "What is 2 + 2?") =>
        $$"""{"model":"{{Model}}","stream":{{(stream ? "true" : "false")}},"messages":"""
            + $$"""[{"role":"user","content":"{{prompt}}"}]}""";

    private static async Task AnswerAsync(MinerCall call)
    {
        if (!call.Json.TryGetProperty("stream", out var stream) || !stream.GetBoolean())
        {
            await call.SendStatusAsync(
                200, ChatFrames.Whole("It is 4.", """{"prompt_tokens":10,"completion_tokens":2}"""));
            return;
        }

        await call.SendTextAsync("It is");
        await call.SendTextAsync(" 4.");
        await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("10", "2") + ChatFrames.Done);
    }
}
