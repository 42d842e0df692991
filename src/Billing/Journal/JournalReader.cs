namespace Gateway.Billing;

/// <summary>Reads one incarnation's records in the order of their seq, while it lives or after its end. It keeps its
/// place: asking again at the end costs nothing or one small read.</summary>
internal sealed class JournalReader : IDisposable
{
    private readonly IJournalDisk _disk;
    private readonly long _from;
    private readonly Journal? _live;
    private readonly TextCache _texts = new();
    private SegmentCursor? _cursor;
    private ReadOnlyMemory<byte> _rest;
    private int _restAt;
    private long _next;

    /// <param name="disk">The incarnation's folder.</param>
    /// <param name="fromSeq">The first record wanted, from one.</param>
    /// <param name="live">The journal, when it is still being written: the reader then asks it how far to read, and
    /// takes whatever is unreadable before that for damage. Without it each end that is reached is searched for
    /// damage.</param>
    internal JournalReader(IJournalDisk disk, long fromSeq, Journal? live = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromSeq, 1);
        (_disk, _from, _live, _next) = (disk, fromSeq, live, fromSeq);
    }

    /// <summary>Whose journal it is, 32 hex digits; empty until a record has been read.</summary>
    internal string Incarnation => _cursor?.Header.Incarnation ?? "";

    /// <summary>One past the last record read, or passed over on the way to the first one wanted.</summary>
    internal long NextSeq => _next;

    /// <summary>Reads one record.</summary>
    /// <returns>False when there is none: nothing more was written, or what was is torn, as a power cut leaves
    /// it.</returns>
    /// <exception cref="JournalDamagedException">A record that had reached the disk, or one that this version cannot
    /// read.</exception>
    /// <exception cref="IOException">The disk is broken.</exception>
    internal bool TryRead(out long seq, out JournalEntry entry)
    {
        while (!_rest.IsEmpty || TryReadGroup())
        {
            var record = _rest.Span[..JournalCodec.LengthOf(_rest.Span)];
            var at = _restAt;
            _rest = _rest[record.Length..];
            _restAt += record.Length;
            if (_next++ >= _from)
            {
                entry = Decode(record, at, out seq);
                return true;
            }
        }

        (seq, entry) = (0, null!);
        return false;
    }

    public void Dispose() => _cursor?.Dispose();

    private JournalEntry Decode(ReadOnlySpan<byte> record, int at, out long seq)
    {
        try
        {
            return JournalCodec.Decode(record, _texts, out seq);
        }
        catch (JournalFormatException error)
        {
            var file = _disk.NameOf(_cursor!.Header.Number);
            throw new JournalDamagedException(file, _cursor.OffsetOf(at), _next - 1, error);
        }
    }

    private bool TryReadGroup()
    {
        if (_live is not null && _next > _live.WrittenSeq)
        {
            return false;
        }

        if (TryAdvance())
        {
            return true;
        }

        // Where no segment can be opened at all, what is missing begins with the very first record.
        var missing = _cursor is null ? 1 : _next;
        var hadReachedDisk = _live is not null || SyncedScan.Of(_disk, _cursor) >= missing;
#if MUTANTS
        hadReachedDisk &= _live is not null || !Mutant.Is(19);
#endif
        if (!hadReachedDisk)
        {
            return false;
        }

        // A writer may have been in the middle of the group, and finished it before it wrote what the scan found.
        return TryAdvance() ? true : throw Damage();
    }

    private bool TryAdvance()
    {
        if (_cursor is null && !TryOpen())
        {
            return false;
        }

        while (!_cursor!.TryRead(_next))
        {
            var next = _cursor.Header.Number + 1;
            if (!_disk.Segments().Contains(next)
                || SegmentFile.ReadHeader(_disk, next) is not { } header
                || !_cursor.TryFollow(header, _next))
            {
                return false;
            }
        }

        (_rest, _restAt) = (_cursor.Records, 0);
        return true;
    }

    // Begins with the last segment that begins at the record wanted or before it.
    private bool TryOpen()
    {
        SegmentHeader? found = null;
        foreach (var segment in _disk.Segments())
        {
            var header = SegmentFile.ReadHeader(_disk, segment);
            if (header is not null && header.FirstSeq <= _from)
            {
                found = header;
            }
            else if (header is not null && segment == _disk.Segments()[0])
            {
                // The journal is whole but begins later: what is wanted was removed.
                throw new JournalDamagedException(_disk.NameOf(segment), 0, _from);
            }
        }

        if (found is null)
        {
            return false;
        }

        _cursor = new(_disk, found);
        _next = found.FirstSeq;
        return true;
    }

    private JournalDamagedException Damage()
    {
        var segments = _disk.Segments();
        if (_cursor is null)
        {
            return new(segments is [var first, ..] ? _disk.NameOf(first) : "no segment", 0, _next);
        }

        // Where a segment just ends, what is wrong is the next one's header.
        var number = _cursor.Header.Number;
        var isNextHeader = _cursor.IsAtBlank()
            && segments.Contains(number + 1)
            && SegmentFile.ReadHeader(_disk, number + 1) is null;
        return isNextHeader
            ? new(_disk.NameOf(number + 1), 0, _next)
            : new(_disk.NameOf(number), _cursor.BadOffset, _cursor.BadSeq);
    }
}
