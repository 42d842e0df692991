namespace Gateway.Core;

/// <summary>A miner's or validator's public identity on the chain, as its SS58 text with prefix 42. ChainBridge checks
/// and converts it; elsewhere it is only compared.</summary>
/// <param name="Ss58">For example <c>5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY</c>.</param>
public readonly record struct Hotkey(string Ss58)
{
    /// <inheritdoc/>
    public override string ToString() => Ss58 ?? "";
}
