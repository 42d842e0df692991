using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Core.Storage;

/// <summary>One numbered step of a schema, forward only. What has been applied anywhere is never edited; a correction
/// is the next number.</summary>
/// <param name="Version">1 and up; a number may be skipped, never filled later.</param>
/// <param name="Name">What the step does, for people.</param>
/// <param name="Sql">One or more statements of the store's own dialect.</param>
public sealed record SchemaMigration(int Version, string Name, string Sql)
{
    private const string Extension = ".sql";

    /// <summary>SHA-256 of the text in lower case hex; tells whether an applied step was edited afterwards.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>Reads the embedded resources named <c>{prefix}{number}_{name}.sql</c>, in order of their
    /// numbers.</summary>
    /// <exception cref="InvalidOperationException">There is none, a name has no number, or two have the same.
    /// </exception>
    public static IReadOnlyList<SchemaMigration> Load(Assembly assembly, string prefix)
    {
        var steps = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)
                && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => Read(assembly, name, prefix.Length))
            .OrderBy(step => step.Version)
            .ToList();
        if (steps.Count == 0 || steps[0].Version != 1 || steps.DistinctBy(step => step.Version).Count() < steps.Count)
        {
            throw new InvalidOperationException($"The migrations {prefix}* must be numbered from 1, each differently.");
        }

        return steps;
    }

    private static SchemaMigration Read(Assembly assembly, string resource, int prefixLength)
    {
        var title = resource[prefixLength..^Extension.Length];
        var mark = title.IndexOf('_', StringComparison.Ordinal);
        if (mark < 0 || !int.TryParse(title[..mark], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new InvalidOperationException($"{resource} is not named number_name{Extension}.");
        }

        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return new(version, title[(mark + 1)..], reader.ReadToEnd());
    }
}
