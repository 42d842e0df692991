namespace Gateway.ChainBridge.Scale;

/// <summary>Whether a list's elements fit the bytes that are left, asked before anything is allocated for them. An
/// element of no bytes counts as one byte: such lists do not occur, and could have any length.</summary>
internal static class ElementRoom
{
    public static int ReadLength(TypeRegistry types, int element, ref ScaleReader reader) =>
        reader.ReadLength(types.PlainSize(element));

    public static void Require(TypeRegistry types, TypeShape.Array array, ref ScaleReader reader)
    {
        if (array.Length > reader.Remaining / Math.Max(1, types.PlainSize(array.Element)))
        {
            throw new ScaleException(
                ScaleFault.ShortRead, $"{array.Length} elements wanted, {reader.Remaining} bytes are left");
        }
    }
}
