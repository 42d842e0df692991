namespace Gateway.Api.Access;

/// <summary>Who may call an endpoint. Every endpoint carries one; an endpoint without one is refused.</summary>
internal enum AccessRule
{
    /// <summary>Anybody: probes, published keys.</summary>
    Public,

    /// <summary>An API key with scope <c>inference</c>: calls models.</summary>
    Inference,

    /// <summary>An API key with scope <c>models.read</c> or <c>inference</c>: lists models.</summary>
    Models,

    /// <summary>An API key with scope <c>inference</c> or <c>usage.read</c>: reads itself and its organisation's
    /// credit, usage and receipts.</summary>
    Account,

    /// <summary>Any key of the organisation: what every member may see of it.</summary>
    Member,

    /// <summary>An admin key: manages its organisation.</summary>
    Admin,
}
