using System.Text.Json;

namespace Gateway.Api.Responses;

/// <summary>What stored responses have to do with a request, among its features: the conversation it goes on with, and
/// whether it is to be stored itself.</summary>
internal sealed class ResponseState
{
    /// <summary>Of a request that has nothing to do with any.</summary>
    public static ResponseState None { get; } = new();

    /// <summary>The response it goes on with.</summary>
    public Guid? Previous { get; init; }

    /// <summary>The turns before it, oldest first: arrays of items.</summary>
    public IReadOnlyList<JsonElement> Turns { get; init; } = [];

    /// <summary>Whether its answer is stored.</summary>
    public bool IsStored { get; init; }

    /// <summary>The final response, once it is known; what a stream ends in.</summary>
    public ReadOnlyMemory<byte> Final { get; set; }
}
