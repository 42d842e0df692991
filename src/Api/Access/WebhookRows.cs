namespace Gateway.Api.Access;

/// <summary>An address that an organisation wants events sent to. Its secret is nowhere: it is derived.</summary>
internal sealed class WebhookRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Url { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Types of events, separated by blanks; <c>*</c>: all.</summary>
    public required string Events { get; set; }

    public required long CreatedAt { get; init; }

    public required bool IsEnabled { get; set; }

    /// <summary>Why it was turned off for its owner; null: it was not.</summary>
    public string? OffReason { get; set; }

    public long? DeletedAt { get; set; }
}

/// <summary>Something that happened in an organisation.</summary>
internal sealed class WebhookEventRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Type { get; init; }

    /// <summary>Names what happened, once in an organisation.</summary>
    public required string Ref { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>A JSON object without secrets.</summary>
    public required string Data { get; init; }
}

/// <summary>One event on its way to one webhook.</summary>
internal sealed class WebhookDeliveryRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required Guid Webhook { get; init; }

    public required Guid Event { get; init; }

    /// <summary>The delivery that this one repeats, when somebody asked for it.</summary>
    public Guid? Original { get; init; }

    /// <summary><c>pending</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string State { get; set; }

    public int Attempts { get; set; }

    public required long CreatedAt { get; init; }

    /// <summary>When it is tried next; while it is being tried, when another may believe that it is not.</summary>
    public required long NextAt { get; set; }

    public long? LastAt { get; set; }

    /// <summary>The last answer's HTTP status.</summary>
    public int? Status { get; set; }

    /// <summary>Why the last try failed without one.</summary>
    public string? Error { get; set; }
}

/// <summary>How far a source of an organisation's events has been read.</summary>
internal sealed class WebhookCursorRow
{
    public required Guid Org { get; init; }

    /// <summary><c>audit</c> or <c>credit</c>.</summary>
    public required string Source { get; init; }

    public required long Position { get; set; }
}
