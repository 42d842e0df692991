namespace Gateway.Billing;

/// <summary>Who decided something about money. Names are compared without case and outer blanks, so that nobody is two
/// people by spelling.</summary>
internal static class Person
{
    internal const int MaxLength = 200;

    /// <summary>The name as it is stored and compared.</summary>
    /// <exception cref="ArgumentException">Empty, too long or with control characters.</exception>
    internal static string Of(string name)
    {
        var person = name.Trim().ToLowerInvariant();
        return person.Length is > 0 and <= MaxLength && !person.Any(char.IsControl)
            ? person
            : throw new ArgumentException($"A person's name is 1 to {MaxLength} printable characters.", nameof(name));
    }

    /// <summary>A reason as it is stored.</summary>
    /// <exception cref="ArgumentException">Empty or too long: a decision about money has a reason.</exception>
    internal static string Reason(string because)
    {
        var reason = because.Trim();
        return reason.Length is > 0 and <= 10 * MaxLength
            ? reason
            : throw new ArgumentException($"A reason is 1 to {10 * MaxLength} characters.", nameof(because));
    }
}
