namespace Gateway.Api.Content;

/// <summary>A file: what may be read of it without the deployment's secret. Times in all rows are milliseconds since
/// 1970.</summary>
internal sealed class FileRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    /// <summary>Whose it is: see <see cref="ContentOwner"/>.</summary>
    public required Guid Owner { get; init; }

    /// <summary>One of <see cref="Files.FilePurpose"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Its name, sealed.</summary>
    public required byte[] Name { get; init; }

    public required long Bytes { get; set; }

    /// <summary>Whether all of it is here; until then nobody sees it.</summary>
    public required bool IsReady { get; set; }

    public required long CreatedAt { get; init; }

    public long? ExpiresAt { get; set; }
}

/// <summary>A piece of a file.</summary>
internal sealed class FilePieceRow
{
    public required Guid File { get; init; }

    public required int N { get; init; }

    /// <summary>Sealed.</summary>
    public required byte[] Data { get; init; }
}
