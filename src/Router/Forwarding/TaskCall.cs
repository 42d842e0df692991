namespace Gateway.Router;

/// <summary>A request that is no chat: one body there, one answer back.</summary>
/// <param name="Path">Where experts take it, below their base address, such as <c>embeddings</c>.</param>
/// <param name="Read">Reads an expert's answer, JSON, and gives what of it is handed on; null where it is no answer to
/// this request. May throw <see cref="System.Text.Json.JsonException"/>. Every expert's answer is read anew.</param>
public sealed record TaskCall(string Path, Func<ReadOnlyMemory<byte>, TaskAnswer?> Read)
{
    /// <summary>The longest answer that is read, in bytes.</summary>
    public required long MaxBytes { get; init; }
}

/// <summary>What an expert answered to a request that is no chat.</summary>
/// <param name="Body">A JSON object in the shape of the endpoint, without model and usage: those are ours.</param>
/// <param name="InputTokens">The tokens that the expert counted in the request; null where it did not say.</param>
public sealed record TaskAnswer(ReadOnlyMemory<byte> Body, long? InputTokens);
