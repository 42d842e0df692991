using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a miner has earned and not been paid.</summary>
/// <param name="NetUid">The subnet's number as it stands in the account's name.</param>
/// <param name="Hotkey">The miner's hotkey.</param>
/// <param name="Amount">In rao.</param>
public sealed record MinerPayable(string NetUid, string Hotkey, Rao Amount);
