using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>A case of a variant type: a call, an event, an error, Some or None.</summary>
/// <param name="Name">What our code knows it by.</param>
/// <param name="Fields">What follows the index.</param>
/// <param name="Index">What the bytes call it by; it moves from one runtime to the next.</param>
/// <param name="Docs">Lines of documentation.</param>
internal sealed record TypeCase(string Name, ImmutableArray<TypeField> Fields, byte Index, ImmutableArray<string> Docs);
