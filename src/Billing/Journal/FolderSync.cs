using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.Billing;

/// <summary>Brings the names in a folder to the disk: a file's own flush does not (fsync(2)), and .NET has no call for
/// it. Elsewhere than on Linux the file system is trusted with it.</summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    /// <exception cref="IOException">The system refused.</exception>
    internal static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var file = Open(Encoding.UTF8.GetBytes(folder + "\0"), ReadOnly | CloseOnExec);
        if (file < 0)
        {
            throw new IOException($"{folder} could not be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var result = Sync(file);
        var error = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(file);
        if (result != 0)
        {
            throw new IOException($"{folder} could not be flushed: {error}");
        }
    }

    // Classic imports: the generated ones need unsafe code, which money's module does not allow. The path is a C
    // string.
#pragma warning disable SYSLIB1054
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
#pragma warning restore SYSLIB1054
}
