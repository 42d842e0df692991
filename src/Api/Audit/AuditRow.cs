namespace Gateway.Api.Audit;

/// <summary>One act, as it is stored for good.</summary>
internal sealed class AuditRow
{
    /// <summary>Whose log it stands in; all zeros: the operator's.</summary>
    public required Guid Org { get; init; }

    /// <summary>1 and up in each log, without gaps.</summary>
    public required long Seq { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>Such as <c>project.created</c>.</summary>
    public required string Type { get; init; }

    public required string ActorKind { get; init; }

    public required string Actor { get; init; }

    /// <summary>Where the request came from.</summary>
    public string? Address { get; init; }

    public string? Request { get; init; }

    /// <summary>The project concerned, if one is.</summary>
    public Guid? Project { get; init; }

    /// <summary>The id of what was acted on.</summary>
    public required string Target { get; init; }

    /// <summary>What was asked for, as a JSON object without secrets.</summary>
    public string? Data { get; init; }

    /// <summary>See <see cref="AuditChain"/>.</summary>
    public byte[] Hash { get; set; } = [];
}
