using System.Text;
using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Payouts;

/// <summary>A file of lines that is only ever added to. Each line begins with the hash of itself and of all before it,
/// so that a line cannot be taken out, changed or added in between. A line is on the disk when it was added.</summary>
internal sealed class ChainedFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int HashDigits = 2 * Hash256.Length;

    private readonly FileStream _stream;
    private Hash256 _last;
    private bool _isBroken;

    private ChainedFile(FileStream stream) => _stream = stream;

    /// <summary>Opens a file, made where it is missing, and reads its lines. A last line without an end was cut off by
    /// a crash, before anybody acted on it: it is dropped.</summary>
    /// <exception cref="InvalidDataException">A line is not what was written.</exception>
    /// <exception cref="UnauthorizedAccessException">Group or others may write it.</exception>
    public static ChainedFile Open(string path, out List<string> lines)
    {
        var stream = new FileStream(path, Options());
        try
        {
            RequireOwnerOnly(stream, path);
            return Open(stream, out lines);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The same of a file that is open already, and is the chain's from here on.</summary>
    /// <exception cref="InvalidDataException">A line is not what was written.</exception>
    internal static ChainedFile Open(FileStream stream, out List<string> lines)
    {
        var file = new ChainedFile(stream);
        lines = file.Read();
        return file;
    }

    /// <summary>Adds a line; it is on the disk when this returns.</summary>
    /// <param name="line">Without line feeds.</param>
    /// <exception cref="IOException">It may be on the disk or not. No other line is added until the file is opened
    /// anew, for the next one's hash would not be that of what the file has.</exception>
    public void Add(string line)
    {
        if (_isBroken)
        {
            throw new IOException($"{_stream.Name} failed before and takes no more until it is opened anew.");
        }

        var hash = Next(line);
        _isBroken = true;
        _stream.Write(Encoding.UTF8.GetBytes($"{Digits(hash)} {line}\n"));
        _stream.Flush(flushToDisk: true);
        _isBroken = false;
        _last = hash;
    }

    public void Dispose() => _stream.Dispose();

    private List<string> Read()
    {
        var bytes = new byte[checked((int)_stream.Length)];
        _stream.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        _stream.SetLength(end);
        _stream.Position = end;
        var lines = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var content = line.Length > HashDigits + 1 ? line[(HashDigits + 1)..] : "";
            var hash = Next(content);
            if (!line.StartsWith(Digits(hash) + " ", StringComparison.Ordinal))
            {
                throw new InvalidDataException(
                    $"{_stream.Name}, line {lines.Count + 1}: not what was written there. Nothing is signed from it.");
            }

            _last = hash;
            lines.Add(content);
        }

        return lines;
    }

    private Hash256 Next(string line) => Hash256.Of([.. _last.Bytes, .. Encoding.UTF8.GetBytes(line)]);

    private static string Digits(Hash256 hash) => Convert.ToHexStringLower(hash.Bytes);

    private static void RequireOwnerOnly(FileStream stream, string path)
    {
        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(stream.SafeFileHandle) & ~OwnerOnly) != 0)
        {
            throw new UnauthorizedAccessException($"{path} is open to group or others; its mode must be 0600.");
        }
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
