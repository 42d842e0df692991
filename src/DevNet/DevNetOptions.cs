using Gateway.Core;

namespace Gateway.DevNet;

/// <summary>What a simulated network is made from.</summary>
/// <param name="Seed">All simulated behaviour follows from it: hotkeys, faults, delays, slips. Any value.</param>
/// <param name="PermittedCallers">The hotkeys whose signed requests the miners answer; all others get 401.</param>
public sealed record DevNetOptions(int Seed, IReadOnlyList<Hotkey> PermittedCallers);
