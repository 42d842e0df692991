using System.Collections.Concurrent;

namespace Gateway.Testing;

/// <summary>Folders that go with the test run, whatever the tests leave in them: a gateway's journal alone takes
/// 192 MiB.</summary>
public static class TemporaryFolder
{
    private static readonly ConcurrentBag<string> Made = [];

    static TemporaryFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DeleteAll();

    /// <summary>A new empty folder.</summary>
    /// <param name="prefix">How its name begins.</param>
    public static string New(string prefix)
    {
        var path = Directory.CreateTempSubdirectory(prefix).FullName;
        Made.Add(path);
        return path;
    }

    private static void DeleteAll()
    {
        foreach (var path in Made.Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // A process that a test left behind still writes; the system cleans up some day.
            }
        }
    }
}
