namespace Gateway.ChainBridge.Scale;

/// <summary>The two lowest bits of a compact integer.</summary>
internal enum CompactMode
{
    OneByte = 0,
    TwoBytes = 1,
    FourBytes = 2,
    Big = 3,
}
