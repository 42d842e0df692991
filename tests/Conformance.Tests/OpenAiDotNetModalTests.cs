using System.ClientModel;
using OpenAI;
using OpenAI.Audio;

namespace Gateway.Conformance.Tests;

/// <summary>The OpenAI package for .NET, unmodified, at the endpoints that are no chat.</summary>
public sealed class OpenAiDotNetModalTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private const string Sound = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OpenAIClient Client => new(
        new ApiKeyCredential(gateway.Process.ApiKey),
        new OpenAIClientOptions { Endpoint = gateway.Process.BaseUrl });

    [Fact]
    public async Task Texts_become_vectors()
    {
        var vectors = await Client.GetEmbeddingClient("embeddings").GenerateEmbeddingsAsync(["x", "y"], null, Token);

        Assert.Equal([0.5f, -2f], vectors.Value[1].ToFloats().ToArray());
        Assert.Equal(1, vectors.Value.Usage.InputTokenCount);
    }

    [Fact]
    public async Task Vectors_have_the_dimensions_that_were_asked_for()
    {
        var client = Client.GetEmbeddingClient("embeddings");
        var vector = await client.GenerateEmbeddingAsync("x", new() { Dimensions = 2 }, Token);
        var ofTokens = await client.GenerateEmbeddingsAsync([new int[] { 1, 2, 3 }], null, Token);

        Assert.Equal(2, vector.Value.ToFloats().Length);
        Assert.Equal([0.5f, -2f], Assert.Single(ofTokens.Value).ToFloats().ToArray());
        var failure = await Assert.ThrowsAsync<ClientResultException>(
            () => client.GenerateEmbeddingsAsync(["x", ""], null, Token));
        Assert.Equal(400, failure.Status);
    }

    [Fact]
    public async Task A_text_is_judged()
    {
        var judged = await Client.GetModerationClient("moderation").ClassifyTextAsync("x", Token);

        Assert.True(judged.Value.Flagged);
        Assert.True(judged.Value.Violence.Flagged);
        Assert.Equal(0.9f, judged.Value.Violence.Score);
        Assert.False(judged.Value.Hate.Flagged);
    }

    [Fact]
    public async Task Images_are_drawn_and_edited()
    {
        var images = Client.GetImageClient("images");
        var drawn = await images.GenerateImageAsync("x", null, Token);
        using var picture = new MemoryStream(drawn.Value.ImageBytes.ToArray());
        var edited = await images.GenerateImageEditAsync(picture, "a.png", "y", null, Token);

        Assert.Equal(0x89, drawn.Value.ImageBytes.ToArray()[0]);
        Assert.Equal(drawn.Value.ImageBytes.ToArray(), edited.Value.ImageBytes.ToArray());
    }

    [Fact]
    public async Task A_text_is_read_aloud()
    {
        var spoken = await Client.GetAudioClient("speech").GenerateSpeechAsync(
            "x", GeneratedSpeechVoice.Alloy, null, Token);

        Assert.Equal(0xFF, spoken.Value.ToArray()[0]);
    }

    [Fact]
    public async Task What_is_said_is_written_down_with_its_times_and_translated()
    {
        var scribe = Client.GetAudioClient("transcription");
        var plain = await scribe.TranscribeAudioAsync(Wave(), "a.wav", null, Token);
        var timed = await scribe.TranscribeAudioAsync(Wave(), "a.wav", new()
        {
            ResponseFormat = AudioTranscriptionFormat.Verbose,
            TimestampGranularities = AudioTimestampGranularities.Word | AudioTimestampGranularities.Segment,
        }, Token);
        var english = await scribe.TranslateAudioAsync(Wave(), "a.wav", null, Token);

        var subtitles = await scribe.TranscribeAudioAsync(
            Wave(), "a.wav", new() { ResponseFormat = AudioTranscriptionFormat.Srt }, Token);

        Assert.Equal(ModalExpert.Transcript, plain.Value.Text);
        Assert.StartsWith("1\n00:00:00,000 --> ", subtitles.Value.Text, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(1), timed.Value.Duration);
        Assert.Equal("Twelve", timed.Value.Words[0].Word);
        Assert.Equal(TimeSpan.FromSeconds(1), timed.Value.Segments[0].EndTime);
        Assert.Equal(ModalExpert.Transcript, english.Value.Text);
    }

    private static MemoryStream Wave() => new([.. Convert.FromBase64String(Sound), .. new byte[16_000]]);
}
