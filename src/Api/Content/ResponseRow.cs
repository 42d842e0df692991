namespace Gateway.Api.Content;

/// <summary>A stored response.</summary>
internal sealed class ResponseRow
{
    /// <summary>The request's id.</summary>
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    /// <summary>Whose it is: see <see cref="ContentOwner"/>.</summary>
    public required Guid Owner { get; init; }

    /// <summary>The response whose conversation it goes on with.</summary>
    public Guid? Previous { get; init; }

    /// <summary>What it was asked: a JSON array of items, sealed.</summary>
    public required byte[] Input { get; init; }

    /// <summary>The response as its caller got it, sealed.</summary>
    public required byte[] Answer { get; init; }

    /// <summary>What it takes of its organisation's room: both of them, sealed.</summary>
    public required long Bytes { get; init; }

    public required long CreatedAt { get; init; }

    public required long ExpiresAt { get; init; }
}
