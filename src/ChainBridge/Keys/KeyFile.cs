using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gateway.ChainBridge.Keys;

/// <summary>Files with a secret, readable by their owner alone: a mini secret as 64 hex digits and a line feed, or a
/// secret URI.</summary>
internal static class KeyFile
{
    private const int DigitsLength = 2 * Sr25519.MiniSecretLength;
    private const int FileLength = DigitsLength + 1;
    private const int LongestUri = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a fresh random mini secret to a new file, on the disk when this returns.</summary>
    /// <returns>The mini secret; the caller disposes it.</returns>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static PinnedSecret Create(string file)
    {
        using var digits = new PinnedSecret(FileLength);
        var miniSecret = new PinnedSecret(Sr25519.MiniSecretLength);
        try
        {
            RandomNumberGenerator.Fill(miniSecret.Span);
            _ = Convert.TryToHexStringLower(miniSecret.Span, digits.Span, out _);
            digits.Span[^1] = (byte)'\n';
            using var stream = new FileStream(file, NewFile());
            stream.Write(digits.Span);
            stream.Flush(flushToDisk: true);
            return miniSecret;
        }
        catch
        {
            miniSecret.Dispose();
            throw;
        }
    }

    /// <summary>Reads the mini secret; the caller disposes it.</summary>
    /// <exception cref="UnauthorizedAccessException">Group or others may touch the file.</exception>
    /// <exception cref="InvalidDataException">The content is not 64 hex digits and at most one line feed.</exception>
    public static PinnedSecret Read(string file)
    {
        using var handle = File.OpenHandle(file);
        RequireOwnerOnly(handle, file);

        // One byte more than a key file has, so that a longer file is seen to be longer.
        using var content = new PinnedSecret(FileLength + 1);
        var length = RandomAccess.Read(handle, content.Span, fileOffset: 0);
        var miniSecret = new PinnedSecret(Sr25519.MiniSecretLength);
        if (TryParse(content.Span[..length], miniSecret.Span))
        {
            return miniSecret;
        }

        miniSecret.Dispose();
        throw new InvalidDataException($"The key file {file} is not {DigitsLength} hex digits.");
    }

    /// <summary>Opens the secret URI that a file has in its one line; the caller disposes the key.</summary>
    /// <exception cref="UnauthorizedAccessException">Group or others may touch the file.</exception>
    /// <exception cref="FormatException">It is too long, or no secret URI; the message never repeats it.</exception>
    public static Sr25519Keypair OpenUri(string file)
    {
        using var handle = File.OpenHandle(file);
        RequireOwnerOnly(handle, file);
        using var content = new PinnedSecret(LongestUri + 1);
        var bytes = content.Span[..RandomAccess.Read(handle, content.Span, fileOffset: 0)];
        if (bytes.Length > LongestUri)
        {
            throw new FormatException($"{file} is longer than {LongestUri} bytes: it is no secret.");
        }

        using var text = new PinnedSecret(sizeof(char) * LongestUri);
        var chars = MemoryMarshal.Cast<byte, char>(text.Span);
        var length = Encoding.UTF8.GetChars(bytes, chars);
        return Sr25519Keypair.FromUri(((ReadOnlySpan<char>)chars[..length]).TrimEnd("\r\n"));
    }

    private static bool TryParse(ReadOnlySpan<byte> content, Span<byte> miniSecret)
    {
        if (content.Length == FileLength && content[^1] == '\n')
        {
            content = content[..^1];
        }

        return content.Length == DigitsLength
            && Convert.FromHexString(content, miniSecret, out _, out _) == OperationStatus.Done;
    }

    private static void RequireOwnerOnly(SafeFileHandle handle, string file)
    {
        // Windows has no mode bits; there the access list of the folder decides.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & Others) != 0)
        {
            throw new UnauthorizedAccessException(
                $"The key file {file} is open to group or others; its mode must be 0600.");
        }
    }

    private static FileStreamOptions NewFile()
    {
        // Unbuffered: a buffer would keep a copy of the secret.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
