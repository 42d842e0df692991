using System.Collections.Immutable;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>The forms that metadata is made of.</summary>
internal static class ScaleReaderExtensions
{
    /// <summary>The id of a type: a compact integer.</summary>
    public static int ReadTypeId(this ref ScaleReader reader)
    {
        var id = reader.ReadCompactUInt32();
        return id <= int.MaxValue
            ? (int)id
            : throw new ScaleException(ScaleFault.UnknownType, $"there is no type {id}");
    }

    public static ImmutableArray<T> ReadList<T>(this ref ScaleReader reader, ReadItem<T> read)
    {
        var count = reader.ReadLength();
        if (count == 0)
        {
            return [];
        }

        // Elements are larger than a byte, so a hostile count may not size the buffer.
        var items = ImmutableArray.CreateBuilder<T>(Math.Min(count, 64));
        for (var i = 0; i < count; i++)
        {
            items.Add(read(ref reader));
        }

        return items.DrainToImmutable();
    }

    public static ImmutableArray<string> ReadTexts(this ref ScaleReader reader) =>
        reader.ReadList(static (ref ScaleReader inner) => inner.ReadText());

    public static ImmutableArray<byte> ReadBlob(this ref ScaleReader reader) =>
        ImmutableArray.Create(reader.ReadByteList());
}
