using System.Collections.Immutable;

namespace Gateway.ChainBridge.Scale;

/// <summary>A field of a composite type or a variant's case.</summary>
/// <param name="Name">Null where fields are told apart by position only.</param>
/// <param name="Type">The type's id.</param>
/// <param name="TypeName">The type as the runtime's source wrote it, such as <c>T::AccountId</c>; only for people.
/// </param>
/// <param name="Docs">Lines of documentation.</param>
internal sealed record TypeField(string? Name, int Type, string? TypeName, ImmutableArray<string> Docs);
