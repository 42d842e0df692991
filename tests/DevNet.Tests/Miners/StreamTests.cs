using System.Text.Json;
using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Tests.Miners;

public sealed class StreamTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private const string Prompt = "What is the capital of France?";
    private const string Answer = "The capital of France is Paris.";

    private static readonly int PromptTokens = AnswerTokens.Count(Prompt);
    private static readonly int AnswerCount = AnswerTokens.Count(Answer);

    [Fact]
    public async Task A_stream_is_role_then_a_chunk_per_token_then_the_finish()
    {
        var chunks = await StreamAsync("""{"stream":true}""");
        Assert.Equal("assistant", Delta(chunks[0]).GetProperty("role").GetString());
        var texts = chunks[1..^1].Select(chunk => Delta(chunk).GetProperty("content").GetString());
        Assert.Equal(AnswerTokens.Cut(Answer), texts);
        Assert.Empty(Delta(chunks[^1]).EnumerateObject());
        Assert.Equal("stop", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.All(chunks, chunk => Assert.False(chunk.TryGetProperty("usage", out _)));
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString()));
    }

    [Fact]
    public async Task Include_usage_adds_one_last_chunk_without_choices()
    {
        var chunks = await StreamAsync("""{"stream":true,"stream_options":{"include_usage":true}}""");
        Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal((PromptTokens, AnswerCount), Usage(chunks[^1]));
    }

    [Fact]
    public async Task Continuous_usage_counts_up_with_every_chunk()
    {
        var chunks = await StreamAsync(
            """{"stream":true,"stream_options":{"include_usage":true,"continuous_usage_stats":true}}""");
        var expected = Enumerable.Range(0, AnswerCount + 1).Append(AnswerCount).Append(AnswerCount)
            .Select(count => (PromptTokens, count));
        Assert.Equal(expected, chunks.Select(Usage));
    }

    [Fact]
    public async Task A_cut_stream_says_length()
    {
        var chunks = await StreamAsync("""{"stream":true,"max_tokens":3}""");
        Assert.Equal("length", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(3, chunks.Count - 2);
    }

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");

    private static (int Prompt, int Completion) Usage(JsonElement chunk)
    {
        var usage = chunk.GetProperty("usage");
        return (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
    }

    private async Task<List<JsonElement>> StreamAsync(string extra)
    {
        var frames = await fixture.Caller.StreamAsync(fixture.Strong, Caller.Chat(fixture.Strong, Prompt, extra));
        Assert.Equal("[DONE]", frames[^1]);
        return [.. frames[..^1].Select(frame => JsonSerializer.Deserialize<JsonElement>(frame))];
    }
}
