namespace Gateway.Api.Hosting;

/// <summary>One row of the settings table: what <c>--help</c> prints and what a value is held to.</summary>
/// <param name="Key">The key under <c>Gateway:</c>; <c>{n}</c> stands for a list index, <c>{model}</c> for a model's
/// name.</param>
/// <param name="Default">The default as it would be written.</param>
/// <param name="Allowed">The allowed values, for the error message.</param>
/// <param name="Meaning">What it does, in a few words.</param>
/// <param name="IsValid">Whether a text is an allowed value.</param>
internal sealed record Setting(string Key, string Default, string Allowed, string Meaning, Func<string, bool> IsValid)
{
    /// <summary>False while the piece it steers is not built: the value is checked, has no effect, and the start says
    /// so.</summary>
    public bool HasEffect { get; init; } = true;

    /// <summary>Whether a configuration path below <c>Gateway:</c> is this setting. Names compare as .NET configuration
    /// does, without case; a model's name may itself hold colons.</summary>
    public bool Matches(string path)
    {
        var model = Key.IndexOf("{model}", StringComparison.Ordinal);
        return model < 0
            ? MatchesSegments(path)
            : path.StartsWith(Key[..model], StringComparison.OrdinalIgnoreCase)
                && path.EndsWith(Key[(model + "{model}".Length)..], StringComparison.OrdinalIgnoreCase)
                && path.Length > Key.Length - "{model}".Length;
    }

    private bool MatchesSegments(string path)
    {
        var expected = Key.Split(':');
        var actual = path.Split(':');
        return expected.Length == actual.Length
            && expected.Zip(actual).All(pair => pair.First == "{n}"
                ? pair.Second.Length > 0 && !pair.Second.AsSpan().ContainsAnyExceptInRange('0', '9')
                : string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}
