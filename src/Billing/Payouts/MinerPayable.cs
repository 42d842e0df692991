using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What is owed to a miner.</summary>
/// <param name="NetUid">Its subnet.</param>
/// <param name="Hotkey">Its identity there.</param>
/// <param name="Owed">In all, not yet paid.</param>
/// <param name="InPayout">Of that, held by payouts under way.</param>
public sealed record MinerPayable(NetUid NetUid, Hotkey Hotkey, Rao Owed, Rao InPayout);
