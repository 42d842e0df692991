using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>A type of a runtime.</summary>
/// <param name="Path">Modules and name, such as pallet_balances, pallet, Event; empty for built-in types.</param>
/// <param name="Parameters">Generic parameters.</param>
/// <param name="Shape">The layout of its values.</param>
/// <param name="Docs">Lines of documentation.</param>
internal sealed record TypeDefinition(
    ImmutableArray<string> Path,
    ImmutableArray<TypeParameter> Parameters,
    TypeShape Shape,
    ImmutableArray<string> Docs);
