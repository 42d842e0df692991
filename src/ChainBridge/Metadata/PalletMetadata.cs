using System.Collections.Immutable;

namespace Gateway.ChainBridge.Metadata;

/// <summary>A pallet of a runtime. Calls, events and errors are variant types of the registry.</summary>
/// <param name="Name">Such as Balances.</param>
/// <param name="Index">What calls, events and errors in bytes call it by; it may move from one runtime to the next.
/// </param>
/// <param name="Storage">Null without storage.</param>
/// <param name="Calls">The type of its calls, or null.</param>
/// <param name="Events">The type of its events, or null.</param>
/// <param name="Errors">The type of its errors, or null.</param>
/// <param name="Constants">Its constants.</param>
/// <param name="Docs">Lines of documentation; always empty in V14.</param>
internal sealed record PalletMetadata(
    string Name,
    byte Index,
    PalletStorage? Storage,
    int? Calls,
    int? Events,
    int? Errors,
    ImmutableArray<PalletConstant> Constants,
    ImmutableArray<string> Docs);
