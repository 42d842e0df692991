namespace Gateway.Architecture.Tests.Tidy;

/// <summary>One broken rule.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Path">The file.</param>
/// <param name="Member">What offends in it, by a name that survives moving lines; empty for the file itself.</param>
/// <param name="Detail">What was found, for the reader of a failed test.</param>
internal sealed record Offence(string Rule, string Path, string Member, string Detail)
{
    /// <summary>How the offender list names it.</summary>
    public string Key => Member.Length == 0 ? $"{Rule} {Path}" : $"{Rule} {Path} {Member}";
}
