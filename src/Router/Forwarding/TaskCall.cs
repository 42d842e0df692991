using Gateway.Core;

namespace Gateway.Router;

/// <summary>A request that is no chat: one body there, one answer back.</summary>
/// <param name="Path">Where experts take it, below their base address, such as <c>embeddings</c>.</param>
/// <param name="Read">Reads an expert's answer and gives what of it is handed on; null where it is no answer to this
/// request. May throw <see cref="System.Text.Json.JsonException"/>. Every expert's answer is read anew.</param>
public sealed record TaskCall(string Path, Func<ReadOnlyMemory<byte>, TaskAnswer?> Read)
{
    /// <summary>The longest answer that is read, in bytes.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Where the body is a form (RFC 7578): what parts its parts. The body then has no end, since the model is
    /// added as its last part. Null: it is a JSON object.</summary>
    public string? Boundary { get; init; }

    /// <summary>What the answer's head may ask for as its type.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>How long an answer may take to begin, beside what every whole answer may.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>The most that may be billed beside input: output tokens, images, sound and characters.</summary>
    public Usage Most { get; init; }
}

/// <summary>What an expert answered to a request that is no chat.</summary>
/// <param name="Body">A JSON object in the shape of the endpoint, without model and usage: those are ours. With a
/// <see cref="MediaType"/> whatever that says, handed on as it is.</param>
/// <param name="InputTokens">The tokens that the expert counted in the request; null where it did not say.</param>
public sealed record TaskAnswer(ReadOnlyMemory<byte> Body, long? InputTokens)
{
    /// <summary>What the body is, where it is not a JSON object.</summary>
    public string? MediaType { get; init; }

    /// <summary>What was delivered beside the reading of the input, as the gateway itself has counted it: output
    /// tokens, images, sound, characters.</summary>
    public Usage Units { get; init; }

    /// <summary>Whether a part of <see cref="Units"/> could only be estimated.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>For a caller who asked for a stream: what is sent before the body, JSON objects.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Frames { get; init; }

    /// <summary>What the gateway has to say of the answer: a JSON object whose members stand in <c>x_gateway</c>.
    /// </summary>
    public ReadOnlyMemory<byte> Notes { get; init; }

    /// <summary>Set for a body that has an id: what stands before the request's 32 hex digits.</summary>
    public string? IdPrefix { get; init; }
}
