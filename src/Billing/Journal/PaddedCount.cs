using System.Runtime.InteropServices;

namespace Gateway.Billing;

/// <summary>A number with its neighbours a cache line away on both sides: whoever writes next to it must not slow down
/// those who read it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct PaddedCount
{
    [FieldOffset(64)]
    internal long Value;
}
