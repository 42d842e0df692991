using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Billing;

/// <summary>A folder with one file per segment, <c>0000000001.journal</c> and so on. Any thread may use it.</summary>
internal sealed class FileJournalDisk : IJournalDisk
{
    private const string Extension = ".journal";
    private const string NumberFormat = "D10";

    private readonly ConcurrentDictionary<long, SafeFileHandle> _open = new();
    private readonly string _folder;

    /// <summary>Opens a folder, making it if there is none.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal FileJournalDisk(string folder)
    {
        _folder = Path.GetFullPath(folder);
        if (!Directory.Exists(_folder))
        {
            Directory.CreateDirectory(_folder);
            FolderSync.Flush(Path.GetDirectoryName(_folder)!);
        }
    }

    public IReadOnlyList<long> Segments() =>
        [.. Directory.EnumerateFiles(_folder, "*" + Extension).Select(NumberOf).Where(number => number > 0).Order()];

    public void Create(long segment, long length)
    {
        var path = NameOf(segment);
        try
        {
            // The preallocation reserves the blocks but leaves the length at zero; a write beyond it would be a change
            // of length that each flush had to bring to the disk as well.
            using var file = File.OpenHandle(
                path,
                FileMode.CreateNew,
                FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete,
                FileOptions.None,
                preallocationSize: length);
            RandomAccess.SetLength(file, length);
            RandomAccess.FlushToDisk(file);
            FolderSync.Flush(_folder);
        }
        catch (IOException)
        {
            File.Delete(path);
            throw;
        }
    }

    public void Write(long segment, long offset, ReadOnlySpan<byte> bytes) =>
        RandomAccess.Write(Open(segment), bytes, offset);

    public void Flush(long segment) => RandomAccess.FlushToDisk(Open(segment));

    public int Read(long segment, long offset, Span<byte> into)
    {
        var file = Open(segment);
        var filled = 0;
        while (filled < into.Length && RandomAccess.Read(file, into[filled..], offset + filled) is var read and > 0)
        {
            filled += read;
        }

        return filled;
    }

    public void Delete(long segment)
    {
        if (_open.TryRemove(segment, out var file))
        {
            file.Dispose();
        }

        File.Delete(NameOf(segment));
        FolderSync.Flush(_folder);
    }

    public string NameOf(long segment) =>
        Path.Combine(_folder, segment.ToString(NumberFormat, CultureInfo.InvariantCulture) + Extension);

    public void Dispose()
    {
        foreach (var file in _open.Values)
        {
            file.Dispose();
        }

        _open.Clear();
    }

    private static long NumberOf(string path) =>
        long.TryParse(
            Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : 0;

    private SafeFileHandle Open(long segment)
    {
        if (_open.TryGetValue(segment, out var file))
        {
            return file;
        }

        // The system reads ahead in large pages: what a reader has reached would be many times dearer to write on.
        file = File.OpenHandle(
            NameOf(segment),
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.RandomAccess);
        if (_open.TryAdd(segment, file))
        {
            return file;
        }

        file.Dispose();
        return Open(segment);
    }
}
