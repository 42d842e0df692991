namespace Gateway.Billing;

/// <summary>A place in one segment: reads it group by group, and takes a group only when all of it is right, the seals
/// of the blocks it ends included.</summary>
internal sealed class SegmentCursor : IDisposable
{
    private const int FirstRead = 8 << 10;
    private const int LongestRead = 256 << 10;

    private readonly IJournalDisk _disk;
    private readonly BlockChain _chain = new();
    private SegmentHeader _header;
    private byte[] _window;
    private byte[] _records = [];
    private long _start;
    private int _filled;
    private long _at;
    private long _groupAt;
    private int _readAhead = FirstRead;

    /// <summary>Stands behind the header of a segment.</summary>
    internal SegmentCursor(IJournalDisk disk, SegmentHeader header)
    {
        (_disk, _header) = (disk, header);
        _window = new byte[2 * header.Layout.BlockLength];
        _chain.Reset(header.Previous.Span);
        _at = SegmentHeader.Length;
    }

    internal SegmentHeader Header => _header;

    /// <summary>The group that was read last, its records one after the other.</summary>
    internal ReadOnlyMemory<byte> Records { get; private set; }

    /// <summary>Where the first wrong bytes are, after a read that failed.</summary>
    internal long BadOffset { get; private set; }

    /// <summary>The first record that is wrong or missing, after a read that failed.</summary>
    internal long BadSeq { get; private set; }

    /// <summary>The largest seq that a group says is on the disk.</summary>
    internal long SyncedSeq { get; private set; }

    private BlockLayout Layout => _header.Layout;

    /// <summary>Where a byte of <see cref="Records"/> lies in the segment.</summary>
    internal long OffsetOf(int recordByte) => Layout.After(_groupAt, GroupHeader.Length + recordByte);

    /// <summary>Reads the next group; false when there is none that begins with the seq, and the place stays, so that
    /// it may be asked again.</summary>
    internal bool TryRead(long seq)
    {
        // What was read ahead may have been written only after that: it counts when it is right, never when not.
        var wasReadAhead = _filled > _at - _start;
        var wasRead = TryReadGroup(seq) || (DropReadAhead() && wasReadAhead && TryReadGroup(seq));
        _readAhead = wasRead ? int.Min(2 * _readAhead, LongestRead) : FirstRead;
        return wasRead || !DropReadAhead();
    }

    /// <summary>Goes to the next segment; false when that one does not go on with the seq where this one
    /// ends.</summary>
    internal bool TryFollow(SegmentHeader next, long seq)
    {
        if (!TryFill(_at))
        {
            return false;
        }

        var used = (int)(_at - _start);
        var last = new byte[BlockLayout.SealLength];
        _chain.Last.CopyTo(last);
        if (used > 0)
        {
            _chain.Add(_window.AsSpan(0, used), Layout.BlockLength - BlockLayout.SealLength);
        }

        if (next.FirstSeq != seq
            || next.Incarnation != _header.Incarnation
            || !next.Previous.Span.SequenceEqual(_chain.Last.Span))
        {
            _chain.Reset(last);
            return false;
        }

        _header = next;
        (_start, _filled, _at) = (0, 0, SegmentHeader.Length);
        return true;
    }

    /// <summary>Whether nothing at all stands where the next group would.</summary>
    internal bool IsAtBlank()
    {
        Span<byte> head = stackalloc byte[GroupHeader.Length];
        return Layout.Room(_at) < head.Length || (TryCopy(_at, head) && !head.ContainsAnyExcept((byte)0));
    }

    public void Dispose() => _chain.Dispose();

    private bool DropReadAhead()
    {
        _filled = int.Min(_filled, (int)(_at - _start));
        return true;
    }

    private bool TryReadGroup(long seq)
    {
        (BadOffset, BadSeq) = (_at, seq);
        Span<byte> head = stackalloc byte[GroupHeader.Length];
        if (Layout.Room(_at) < head.Length
            || !TryCopy(_at, head)
            || !GroupHeader.TryRead(head, out var header)
            || header.FirstSeq != seq
            || header.Bytes > Layout.Room(_at) - head.Length)
        {
            return false;
        }

        if (header.Bytes > _records.Length)
        {
            _records = new byte[int.Max(header.Bytes, 2 * _records.Length)];
        }

        var records = _records.AsMemory(0, header.Bytes);
        _groupAt = _at;
        if (!TryCopy(OffsetOf(0), records.Span) || !AreRight(records.Span, header))
        {
            return false;
        }

        var end = OffsetOf(header.Bytes);
        if (!AreSealed(end))
        {
            return false;
        }

        (Records, SyncedSeq, _at) = (records, long.Max(SyncedSeq, header.SyncedSeq), end);
        DropFinishedBlocks();
        return true;
    }

    private bool AreRight(ReadOnlySpan<byte> records, GroupHeader header)
    {
        var at = 0;
        for (var i = 0; i < header.Count; i++)
        {
            (BadOffset, BadSeq) = (OffsetOf(at), header.FirstSeq + i);
            var length = JournalCodec.Check(records[at..], header.FirstSeq + i);
            if (length == 0)
            {
                return false;
            }

            at += length;
        }

        return at == records.Length;
    }

    // Checks the seals of the blocks that the group ends; the chain moves on only when all are right.
    private bool AreSealed(long end)
    {
        Span<byte> before = stackalloc byte[BlockLayout.SealLength];
        _chain.Last.Span.CopyTo(before);
        var length = Layout.BlockLength - BlockLayout.SealLength;
        for (var block = _start; block + Layout.BlockLength <= end; block += Layout.BlockLength)
        {
            if (!TryFill(block + Layout.BlockLength))
            {
                _chain.Reset(before);
                return false;
            }

            var bytes = _window.AsSpan((int)(block - _start), Layout.BlockLength);
            if (!_chain.Add(bytes[..length], length).SequenceEqual(bytes[length..]))
            {
                BadOffset = block + length;
                _chain.Reset(before);
                return false;
            }
        }

        return true;
    }

    private void DropFinishedBlocks()
    {
        var finished = (int)((_at - _start) / Layout.BlockLength * Layout.BlockLength);
        if (finished > 0)
        {
            _window.AsSpan(finished, _filled - finished).CopyTo(_window);
            _start += finished;
            _filled -= finished;
        }
    }

    // Copies bytes of the stream, which flows around the seals.
    private bool TryCopy(long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var length = int.Min(Layout.RoomInBlock(offset), into.Length);
            if (!TryFill(offset + length))
            {
                return false;
            }

            _window.AsSpan((int)(offset - _start), length).CopyTo(into);
            into = into[length..];
            offset = Layout.After(offset, length);
        }

        return true;
    }

    private bool TryFill(long end)
    {
        var needed = (int)(end - _start);
        if (needed > _window.Length)
        {
            Array.Resize(ref _window, needed + LongestRead);
        }

        while (_filled < needed)
        {
            var length = int.Min(int.Max(needed - _filled, _readAhead), _window.Length - _filled);
            var read = _disk.Read(_header.Number, _start + _filled, _window.AsSpan(_filled, length));
            if (read == 0)
            {
                return false;
            }

            _filled += read;
        }

        return true;
    }
}
