using System.Runtime.InteropServices;

namespace Gateway.Api.Hosting;

/// <summary>Files and folders that only their owner may open: modes 0600 and 0700. Windows has no mode bits; there the
/// folder's inherited access list decides.</summary>
internal static class OwnerOnly
{
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode0700 = FileMode0600 | UnixFileMode.UserExecute;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode0700);
        }
    }

    /// <exception cref="StartRefusedException">Others than the owner may read the file.</exception>
    public static void Require(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~FileMode0600) != 0)
        {
            throw new StartRefusedException($"{path} holds a secret and others may open it. Run: chmod 600 {path}");
        }
    }

    /// <summary>From here on nothing this process makes is open to others, whichever library makes it.</summary>
    public static void RestrictProcess()
    {
        const int OthersNothing = 0b000_111_111;
        if (!OperatingSystem.IsWindows())
        {
            _ = Native.Umask(OthersNothing);
        }
    }

    public static FileStream CreateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode0600;
        }

        return new(path, options);
    }

    /// <summary>Opens a file to write at its end; nobody else writes it meanwhile.</summary>
    public static FileStream AppendFile(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.Read,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode0600;
        }

        return new(path, options);
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "umask")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Umask(int mask);
    }
}
