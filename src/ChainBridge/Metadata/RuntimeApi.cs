using System.Collections.Immutable;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Functions of a runtime that are called by state_call.</summary>
/// <param name="Name">Such as AccountNonceApi.</param>
/// <param name="Methods">The functions.</param>
internal sealed record RuntimeApi(string Name, ImmutableArray<RuntimeApiMethod> Methods);
