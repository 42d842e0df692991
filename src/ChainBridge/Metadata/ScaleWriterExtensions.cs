using System.Collections.Immutable;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>The forms that metadata is made of; the counterpart of <see cref="ScaleReaderExtensions"/>.</summary>
internal static class ScaleWriterExtensions
{
    public static void WriteTypeId(this ScaleWriter writer, int type) => writer.WriteCompact((UInt128)type);

    public static void WriteOptionalType(this ScaleWriter writer, int? type)
    {
        writer.WriteOption(type is not null);
        if (type is { } some)
        {
            writer.WriteTypeId(some);
        }
    }

    public static void WriteOptionalText(this ScaleWriter writer, string? text)
    {
        writer.WriteOption(text is not null);
        if (text is not null)
        {
            writer.WriteText(text);
        }
    }

    public static void WriteList<T>(this ScaleWriter writer, ImmutableArray<T> items, Action<T, ScaleWriter> write)
    {
        writer.WriteLength(items.Length);
        foreach (var item in items)
        {
            write(item, writer);
        }
    }

    public static void WriteTexts(this ScaleWriter writer, ImmutableArray<string> texts) =>
        writer.WriteList(texts, static (text, inner) => inner.WriteText(text));
}
