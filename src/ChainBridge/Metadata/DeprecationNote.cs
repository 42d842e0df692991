using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>V16's word on whether an item is deprecated; we only pass over it.</summary>
internal static class DeprecationNote
{
    /// <returns>Whether the item is deprecated.</returns>
    public static bool Skip(ref ScaleReader reader)
    {
        var kind = reader.ReadByte();
        switch (kind)
        {
            case 0:
                return false;
            case 1:
                return true;
            case 2:
                _ = reader.ReadText();
                _ = reader.ReadOption() ? reader.ReadText() : null;
                return true;
            default:
                throw new ScaleException(ScaleFault.UnknownVariant, $"{kind} is no kind of deprecation");
        }
    }
}
