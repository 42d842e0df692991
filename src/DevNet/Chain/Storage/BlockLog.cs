using System.Buffers.Binary;
using Gateway.ChainBridge.Blocks;

namespace Gateway.DevNet.Chain.Storage;

/// <summary>A file of records, only ever appended to: length (u32, little endian), content, and the first 8 bytes of
/// the content's BLAKE2b-256. A record that was being written when the process died is cut off at the next start. For
/// one thread.</summary>
internal sealed class BlockLog : IDisposable
{
    private const int CheckLength = 8;
    private const int LongestRecord = 64 * 1024 * 1024;

    private readonly FileStream _file;
    private readonly List<long> _offsets = [];

    private BlockLog(FileStream file) => _file = file;

    private static ReadOnlySpan<byte> Magic => "GWDEVN01"u8;

    public int Count => _offsets.Count;

    /// <summary>Opens or makes a log, and offers each record in order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="accept">Whether a record continues the log; the first that does not, and all after it, are cut off.
    /// </param>
    /// <exception cref="InvalidDataException">The file is something else.</exception>
    public static BlockLog Open(string path, Func<byte[], bool> accept)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var log = new BlockLog(file);
            log.ReadMagic(path);
            while (log.TryReadAt(file.Position) is { } record && accept(record))
            {
                log._offsets.Add(file.Position - record.Length - CheckLength - sizeof(uint));
            }

            log.CutTail();
            return log;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Append(byte[] record)
    {
        var offset = _file.Seek(0, SeekOrigin.End);
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32LittleEndian(length, record.Length);
        _file.Write(length);
        _file.Write(record);
        _file.Write(Hash256.Of(record).Bytes[..CheckLength]);
        _offsets.Add(offset);
    }

    /// <summary>Hands appended records to the operating system.</summary>
    public void Flush() => _file.Flush();

    /// <summary>A record by its position.</summary>
    /// <exception cref="InvalidDataException">The file was damaged after it was opened.</exception>
    public byte[] Read(int position) => TryReadAt(_offsets[position])
        ?? throw new InvalidDataException($"Record {position} of {_file.Name} is damaged.");

    public void Dispose() => _file.Dispose();

    private void ReadMagic(string path)
    {
        if (_file.Length == 0)
        {
            _file.Write(Magic);
            return;
        }

        Span<byte> magic = stackalloc byte[Magic.Length];
        if (_file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length
            || !magic.SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{path} is not a DevNet simulator's block log of this version.");
        }
    }

    private byte[]? TryReadAt(long offset)
    {
        _file.Position = offset;
        Span<byte> head = stackalloc byte[sizeof(uint)];
        if (_file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (length > LongestRecord || length + CheckLength > _file.Length - _file.Position)
        {
            return null;
        }

        var record = new byte[length];
        Span<byte> check = stackalloc byte[CheckLength];
        _file.ReadExactly(record);
        _file.ReadExactly(check);
        return check.SequenceEqual(Hash256.Of(record).Bytes[..CheckLength]) ? record : null;
    }

    private void CutTail()
    {
        var end = (long)Magic.Length;
        if (_offsets.Count > 0)
        {
            _file.Position = _offsets[^1];
            Span<byte> head = stackalloc byte[sizeof(uint)];
            _file.ReadExactly(head);
            end = _offsets[^1] + sizeof(uint) + BinaryPrimitives.ReadUInt32LittleEndian(head) + CheckLength;
        }

        _file.SetLength(end);
    }
}
