namespace Gateway.Api.Access;

/// <summary>Something that the operator has said against a miner, a subnet or a feature; gone when it is taken
/// back.</summary>
internal sealed class OperatorMarkRow
{
    /// <summary><c>quarantine</c>, <c>subnet_off</c> or <c>feature_off</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>A miner as <c>4/5F...</c>, a subnet's number, or a feature's name.</summary>
    public required string Subject { get; init; }

    /// <summary>The e-mail address of who said it.</summary>
    public required string Person { get; init; }

    public required string Because { get; init; }

    public required long At { get; init; }
}
