using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Tasks;

/// <summary>GET /v1/organization/usage/... of what is no chat.</summary>
public sealed class UsageKindsTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    [Fact]
    public async Task Each_kind_has_a_report_of_its_own_in_its_own_units()
    {
        fixture.Answers("moderations", """{"results":[{"category_scores":{"hate":0}}],"usage":{"prompt_tokens":3}}""");
        fixture.Answers("images/generations",
            $$"""{"data":[{"b64_json":"{{Convert.ToBase64String(Samples.Png(4, 4))}}"}]}""");
        fixture.Answers("audio/speech", Samples.Mp3(2), "audio/mpeg");
        fixture.Answers("audio/music", Samples.Wav(1500), "audio/wav");
        fixture.Answers("audio/transcriptions", """{"text":"x"}""");
        fixture.Answers("forecasts", """{"data":[{"id":"a","points":[1,2]}]}""");
        await PostAsync("moderations", ModalGateway.Moderator, """ "input":"x" """);
        await PostAsync("images/generations", ModalGateway.Painter, """ "prompt":"x" """);
        await PostAsync("audio/speech", ModalGateway.Speaker, """ "input":"abc","voice":"nova" """);
        await PostAsync("audio/music", ModalGateway.Band, """ "prompt":"x","format":"wav" """);
        await PostAsync(
            "forecasts", ModalGateway.Oracle, """ "series":[{"id":"a","values":[1,2,3]}],"horizon":2 """);
        await fixture.PostFormAsync(
            "audio/transcriptions", ("model", ModalGateway.Scribe), ("file", Samples.Wav(2000)));

        await AssertAsync("moderations", ("input_tokens", 3));
        await AssertAsync("images", ("images", 1), ("cost_nusd", 40_000_000));
        await AssertAsync("audio_speeches", ("characters", 3), ("cost_nusd", 30_000));
        await AssertAsync("audio_transcriptions", ("seconds", 2), ("audio_ms", 2000));
        await AssertAsync("music", ("seconds", 2), ("audio_ms", 1500), ("cost_nusd", 3_000_000));
        await AssertAsync("forecasts", ("input_tokens", 3), ("output_tokens", 2), ("num_model_requests", 1));
        Assert.Empty(await ResultsAsync("embeddings"));
        Assert.Empty(await ResultsAsync("completions"));
    }

    private async Task PostAsync(string path, string model, string fields)
    {
        var answer = await fixture.PostAsync(path, $$"""{"model":"{{model}}",{{fields}}}""");
        Assert.Equal(200, answer.Status);
    }

    // The books are pushed to in the background.
    private async Task AssertAsync(string kind, params (string Name, long Value)[] figures)
    {
        var results = await ResultsAsync(kind);
        for (var waits = 0; results.Count == 0 && waits < 600; waits++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ModalGateway.Token);
            results = await ResultsAsync(kind);
        }

        var result = Assert.Single(results)!;
        Assert.Equal($"organization.usage.{kind}.result", (string?)result["object"]);
        Assert.All(figures, figure => Assert.Equal(figure.Value, (long)result[figure.Name]!));
    }

    private async Task<List<JsonNode?>> ResultsAsync(string kind)
    {
        using var client = fixture.Gateway.CreateClient((string)fixture.Gateway.DevNet["adminKey"]!);
        var from = TimeProvider.System.GetUtcNow().AddDays(-1).ToUnixTimeSeconds();
        var query = string.Create(CultureInfo.InvariantCulture, $"start_time={from}");
        var page = await client.GetFromJsonAsync<JsonObject>(
            new Uri($"v1/organization/usage/{kind}?{query}", UriKind.Relative), ModalGateway.Token);
        return [.. page!["data"]!.AsArray().SelectMany(bucket => bucket!["results"]!.AsArray())];
    }
}
