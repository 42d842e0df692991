namespace Gateway.ChainBridge.Scale;

/// <summary>A generic parameter of a type.</summary>
/// <param name="Name">Such as <c>T</c>.</param>
/// <param name="Type">The id of what stands for it here; null when it does not matter to the layout.</param>
internal sealed record TypeParameter(string Name, int? Type);
