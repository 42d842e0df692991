using System.Globalization;

namespace Gateway.Api.Hosting;

/// <summary>The folder that holds everything written. One process owns it, by a lock that the kernel drops when the
/// process ends, however it ends.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "gateway.lock";
    private const string PidName = "gateway.pid";
    private const string KeyFolder = "keys";

    private readonly FileStream? _lock;

    private DataDirectory(string path, FileStream? held)
    {
        FullPath = path;
        _lock = held;
    }

    public string FullPath { get; }

    /// <summary>Makes the folder where missing and takes its lock.</summary>
    /// <exception cref="StartRefusedException">Another process holds it, or it cannot be written.</exception>
    public static DataDirectory Lock(string path)
    {
        MakeFolder(path);
        try
        {
            var held = new FileStream(
                Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(path, PidName), pid);
            return new(path, held);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new StartRefusedException($"The data directory {path} cannot be written: {failure.Message}");
        }
        catch (IOException)
        {
            throw new StartRefusedException($"The data directory {path} is in use by {Holder(path)}. "
                + "Stop that process, or choose another folder with Gateway:DataDirectory.");
        }
    }

    /// <summary>The folder of an earlier run, without its lock: for commands that only read keys.</summary>
    /// <exception cref="StartRefusedException">There is none.</exception>
    public static DataDirectory Existing(string path) => Directory.Exists(Path.Combine(path, KeyFolder))
        ? new(path, null)
        : throw new StartRefusedException(
            $"{path} holds no keys. Name its folder with --Gateway:DataDirectory=FOLDER.");

    /// <summary>The folder without its lock: for commands that write nothing in it that a running process
    /// owns.</summary>
    public static DataDirectory Open(string path)
    {
        MakeFolder(path);
        return new(path, null);
    }

    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([FullPath, .. parts]);

    /// <summary>The path of a secret's file, its folder made.</summary>
    public string Secret(string name)
    {
        OwnerOnly.CreateFolder(PathOf(KeyFolder));
        return PathOf(KeyFolder, name);
    }

    /// <summary>Reads a secret of the given length, or makes it from <paramref name="create"/> with mode
    /// 0600.</summary>
    public byte[] ReadOrCreateSecret(string name, Func<byte[]> create)
    {
        var path = Secret(name);
        if (!File.Exists(path))
        {
            CreateOnce(path, Convert.ToHexStringLower(create()));
        }

        return ReadSecret(name);
    }

    /// <summary>Reads a secret that must be there.</summary>
    /// <exception cref="StartRefusedException">It is missing, open to others, or no hex digits.</exception>
    public byte[] ReadSecret(string name)
    {
        var path = Secret(name);
        if (!File.Exists(path))
        {
            throw new StartRefusedException($"{path} is missing.");
        }

        OwnerOnly.Require(path);
        try
        {
            return Convert.FromHexString(File.ReadAllText(path).Trim());
        }
        catch (FormatException)
        {
            throw new StartRefusedException($"{path} must hold hex digits only.");
        }
    }

    // Two first starts beside each other: the file of the one that comes second is dropped, and both read the first's.
    private static void CreateOnce(string path, string text)
    {
        var temporary = WriteTemporary(path, text);
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes a file that a reader sees whole or not at all, readable by its owner only.</summary>
    public static void WriteAtomically(string path, string text) =>
        File.Move(WriteTemporary(path, text), path, overwrite: true);

    private static string WriteTemporary(string path, string text)
    {
        var temporary = $"{path}.{Environment.ProcessId}.new";
        using var stream = OwnerOnly.CreateFile(temporary);
        using var writer = new StreamWriter(stream);
        writer.Write(text);
        writer.Flush();
        stream.Flush(flushToDisk: true);
        return temporary;
    }

    public void Dispose() => _lock?.Dispose();

    private static void MakeFolder(string path)
    {
        try
        {
            OwnerOnly.CreateFolder(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data directory {path} cannot be made: {failure.Message}");
        }
    }

    private static string Holder(string path)
    {
        try
        {
            return $"process {File.ReadAllText(Path.Combine(path, PidName)).Trim()}";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
