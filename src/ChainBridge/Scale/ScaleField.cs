namespace Gateway.ChainBridge.Scale;

/// <summary>A field of a record or case.</summary>
/// <param name="Name">Null where fields are told apart by position only.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct ScaleField(string? Name, ScaleValue Value);
