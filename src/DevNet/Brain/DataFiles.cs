namespace Gateway.DevNet.Brain;

/// <summary>The data the simulated models know, from the assembly's resources. Where it comes from:
/// Data/NOTICE.md.</summary>
internal static class DataFiles
{
    internal static IEnumerable<string[]> Rows(string file, char separator, int skip)
    {
        using var stream = typeof(DataFiles).Assembly.GetManifestResourceStream($"Gateway.DevNet.Data.{file}")
            ?? throw new InvalidOperationException($"The resource {file} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (skip-- <= 0)
            {
                yield return line.Split(separator);
            }
        }
    }

    internal static string[] Names(string[] row, int column) =>
        row.Length > column ? row[column].Split('|', StringSplitOptions.RemoveEmptyEntries) : [];
}
