namespace Gateway.Core;

/// <summary>A model's name in the catalogue, such as <c>llama-3.3-70b</c>, compared exactly.</summary>
/// <param name="Value">1 to <see cref="MaxLength"/> printable ASCII characters without blanks.</param>
public readonly record struct ModelId(string Value)
{
    /// <summary>The longest name the catalogue takes.</summary>
    public const int MaxLength = 128;

    /// <summary>The name by which a caller lets the gate choose.</summary>
    public static ModelId Auto { get; } = new("auto");

    /// <summary>Whether the text can be a model's name.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxLength && !text.ContainsAnyExceptInRange('!', '~');

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
