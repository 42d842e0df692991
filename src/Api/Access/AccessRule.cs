namespace Gateway.Api.Access;

/// <summary>Who may call an endpoint. Every endpoint carries one; an endpoint without one is refused.</summary>
internal enum AccessRule
{
    /// <summary>Anybody: probes, published keys.</summary>
    Public,

    /// <summary>A key for inference, which also reads its own organisation's credit, usage and receipts.</summary>
    Inference,

    /// <summary>An admin key, which manages its own organisation and calls no model.</summary>
    Management,
}
