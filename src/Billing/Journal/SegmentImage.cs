namespace Gateway.Billing;

/// <summary>The end of the segment being written, from the start of its current block: lays a stream of bytes around
/// the seals, so that any group is one range of the file and one write.</summary>
internal sealed class SegmentImage : IDisposable
{
    private readonly BlockLayout _layout;
    private readonly BlockChain _chain = new();
    private byte[] _bytes;
    private long _start;
    private int _used;
    private int _written;

    internal SegmentImage(BlockLayout layout)
    {
        _layout = layout;
        _bytes = new byte[4 * layout.BlockLength];
        _start = layout.SegmentLength;
    }

    /// <summary>Bytes of the stream that the segment still takes.</summary>
    internal long Room => _layout.Room(_start + _used);

    /// <summary>Where <see cref="Unwritten"/> belongs in the segment.</summary>
    internal long UnwrittenAt => _start + _written;

    /// <summary>What has been laid down since the last <see cref="Written"/>.</summary>
    internal ReadOnlySpan<byte> Unwritten => _bytes.AsSpan(_written, _used - _written);

    /// <summary>Leaves the segment and begins the next; its header is the first of what is to be written.</summary>
    internal void Begin(string incarnation, long number, long firstSeq)
    {
        if (_used > 0)
        {
            _chain.Add(_bytes.AsSpan(0, _used), _layout.BlockLength - BlockLayout.SealLength);
        }

        var header = new SegmentHeader(_layout, incarnation, number, firstSeq, _chain.Last);
        (_start, _used, _written) = (0, 0, 0);
        Append(header.ToBytes());
    }

    /// <summary>Lays bytes down, no more than <see cref="Room"/>.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        var end = (int)(_layout.After(_start + _used, bytes.Length) - _start);
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, int.Max(end, 2 * _bytes.Length));
        }

        while (!bytes.IsEmpty)
        {
            var room = _layout.RoomInBlock(_used);
            var now = bytes[..int.Min(room, bytes.Length)];
            now.CopyTo(_bytes.AsSpan(_used));
            _used += now.Length;
            bytes = bytes[now.Length..];
            if (now.Length == room)
            {
                Seal(_used / _layout.BlockLength * _layout.BlockLength);
            }
        }
    }

    /// <summary>Everything is in the file: finished blocks are not needed any more.</summary>
    internal void Written()
    {
        var finished = _used / _layout.BlockLength * _layout.BlockLength;
        if (finished > 0)
        {
            _bytes.AsSpan(finished, _used - finished).CopyTo(_bytes);
            _start += finished;
            _used -= finished;
        }

        _written = _used;
    }

    public void Dispose() => _chain.Dispose();

    private void Seal(int block)
    {
        var length = _layout.BlockLength - BlockLayout.SealLength;
        _chain.Add(_bytes.AsSpan(block, length), length).CopyTo(_bytes.AsSpan(block + length));
        _used += BlockLayout.SealLength;
    }
}
