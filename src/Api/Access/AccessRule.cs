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

    /// <summary>An API key with scope <c>inference</c>: reads itself and its organisation's credit and
    /// receipts.</summary>
    Account,

    /// <summary>An admin key, or an API key with scope <c>usage.read</c>: reads what the organisation used, what it
    /// cost, and the proof that its credit is counted.</summary>
    Usage,

    /// <summary>An admin key: manages its organisation.</summary>
    Admin,
}
