namespace Gateway.Api.Content;

/// <summary>A batch.</summary>
internal sealed class BatchRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    /// <summary>Whose it is: see <see cref="ContentOwner"/>.</summary>
    public required Guid Owner { get; init; }

    /// <summary>The key that made it, and pays for it.</summary>
    public required Guid KeyId { get; init; }

    /// <summary>Where its maker called from: the key may be bound to networks.</summary>
    public required string Address { get; init; }

    /// <summary>Where its lines go.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The file of its lines.</summary>
    public required Guid Input { get; init; }

    /// <summary>Sealed JSON; null: none.</summary>
    public byte[]? Metadata { get; set; }

    /// <summary>How long its results are kept; null: as usual.</summary>
    public long? OutputSeconds { get; init; }

    /// <summary>One of <see cref="Batches.BatchStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary>What it will be once its results are written.</summary>
    public string? Ending { get; set; }

    public required bool IsOpen { get; set; }

    public required long CreatedAt { get; init; }

    public required long ExpiresAt { get; init; }

    public long? InProgressAt { get; set; }

    public long? CancellingAt { get; set; }

    public long? FinalizingAt { get; set; }

    public long? EndedAt { get; set; }

    public int Total { get; set; }

    public int Completed { get; set; }

    public int Failed { get; set; }

    public Guid? Output { get; set; }

    public Guid? ErrorsFile { get; set; }

    /// <summary>Why it could not be run: sealed JSON.</summary>
    public byte[]? Errors { get; set; }

    /// <summary>What its answered lines used, once it has ended: JSON, see <see cref="Batches.BatchUsage"/>.</summary>
    public string? Usage { get; set; }

    /// <summary>Whether webhooks have heard of its end.</summary>
    public bool Told { get; set; }

    /// <summary>Who runs it.</summary>
    public string? Lease { get; set; }

    /// <summary>Until when nobody else does.</summary>
    public long LeaseUntil { get; set; }
}

/// <summary>What became of one line.</summary>
internal sealed class BatchLineRow
{
    public const string Kept = "kept";
    public const string Done = "done";
    public const string Failed = "failed";

    public required Guid Batch { get; init; }

    public required int N { get; init; }

    /// <summary>Kept, done or failed.</summary>
    public required string State { get; set; }

    /// <summary>The request that answered it.</summary>
    public required string Request { get; init; }

    /// <summary>Its line of the results, sealed.</summary>
    public required byte[] Result { get; init; }
}
