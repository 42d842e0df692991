using System.Collections.Immutable;

namespace Gateway.ChainBridge.Metadata;

/// <summary>A function of a runtime API.</summary>
/// <param name="Name">Such as account_nonce.</param>
/// <param name="Inputs">Names and types of the arguments.</param>
/// <param name="Output">The type of the answer.</param>
internal sealed record RuntimeApiMethod(
    string Name, ImmutableArray<(string Name, int Type)> Inputs, int Output);
