namespace Gateway.Billing;

/// <summary>The append-only journal of one incarnation: what is acknowledged is found again by
/// <see cref="JournalReader"/> after a crash. Any thread appends; one calls <see cref="WriteGroup"/>, one
/// <see cref="Flush"/>. It has neither threads nor a clock, so that a simulator's seed decides all it does.</summary>
internal sealed class Journal : IDisposable
{
    private readonly IJournalDisk _disk;
    private readonly JournalHead _head;
    private readonly JournalOptions _options;
    private readonly int _longest;
    private readonly Ring<JournalWaiter> _waiting;
    private readonly Ring<JournalWaiter> _unsynced;
    private readonly Ring<JournalWaiter> _pool;
    private readonly SpareSegments _spares;
    private readonly SegmentImage _image;
    private readonly WrittenSegments _segments = new();
    private readonly List<JournalWaiter> _group = [];
    private byte[] _encoded;
    private int _encodedLength = GroupHeader.Length;
    private long _encodedSeq;
    private long _writtenSeq;
    private long _syncedSeq;
    private long _pending;
    private Exception? _failure;

    /// <summary>Begins a journal in an empty folder and makes its first segments.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the folder has segments.</exception>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    internal Journal(IJournalDisk disk, JournalHead head, JournalOptions options)
    {
        options.Check();
        if (!Guid.TryParseExact(head.Incarnation, "N", out _) || disk.Segments().Count > 0)
        {
            throw new ArgumentException($"'{head.Incarnation}' is no new incarnation with an empty folder.");
        }

        (_disk, _head, _options) = (disk, head, options);
        var layout = new BlockLayout(options.BlockLength, options.SegmentLength);
        _longest = (int)long.Min(
            JournalCodec.MaxLength, layout.Room(0) - SegmentHeader.Length - GroupHeader.Length);
        _waiting = new(2 * options.RingLimit);
        _unsynced = new(options.Durability == Durability.Strict ? 2 * options.RingLimit : 0);
        _pool = new(options.RingLimit);
        _encoded = new byte[GroupHeader.Length + options.GroupBytes];
        _image = new(layout);
        _spares = new(disk, options);
        _spares.Prepare();
        Begin(_spares.Take());
    }

    /// <summary>Called after each append: something waits for <see cref="WriteGroup"/>. Set once, before the first
    /// append.</summary>
    internal Action? Signal { get; set; }

    /// <summary>What an append waits for.</summary>
    internal Durability Durability => _options.Durability;

    /// <summary>The last record taken; some may still wait to be written.</summary>
    internal long AppendedSeq => _waiting.Added;

    /// <summary>The last record in the operating system's hands: it survives the process.</summary>
    internal long WrittenSeq => Volatile.Read(ref _writtenSeq);

    /// <summary>The last record known to be on the disk: it survives a power cut.</summary>
    internal long SyncedSeq => Volatile.Read(ref _syncedSeq);

    /// <summary>Whether a write or flush has failed, which is final: what the disk then lost is unknown, and a second
    /// flush could report success for bytes the system has dropped.</summary>
    internal bool HasFailed => Volatile.Read(ref _failure) is not null;

    /// <summary>Why it has failed; null while it has not.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>False once a spare segment could not be replaced: admit nothing more, settle what runs.</summary>
    internal bool HasRoom => _spares.HasRoom && !HasFailed;

    /// <summary>Whether a <see cref="WriteGroup"/> would write something.</summary>
    internal bool HasWaiting => !_waiting.IsEmpty;

    /// <summary>Whether a <see cref="Flush"/> would flush something.</summary>
    internal bool HasUnsynced => WrittenSeq > SyncedSeq;

    /// <summary>Takes a record; complete with its seq, counted from one without gaps, when it is durable. Waits for
    /// nothing but a write that <see cref="Signal"/> makes. The task is awaited once at most.</summary>
    /// <exception cref="ArgumentException">The entry is beyond the format's bounds; nothing is recorded.</exception>
    /// <exception cref="JournalFailedException">Through the task: the journal has failed or was closed, or
    /// <see cref="JournalOptions.RingLimit"/> records wait, twice as many for what is no settle.</exception>
    internal ValueTask<long> AppendAsync(JournalEntry entry)
    {
        var length = JournalCodec.Measure(entry);
        if (length > _longest)
        {
            throw new ArgumentException($"A record of {length} bytes does not fit a segment.");
        }

        if (HasFailed)
        {
            return ValueTask.FromException<long>(Refusal());
        }

        // What the books have done is never turned away: without it a lease could not be made again after them.
        var limit = entry is JournalEntry.Settle ? _options.RingLimit : 2 * _options.RingLimit;
        if (Interlocked.Increment(ref _pending) > limit)
        {
            Interlocked.Decrement(ref _pending);
            return ValueTask.FromException<long>(new JournalFailedException("Too many records wait for the disk."));
        }

        var task = Enqueue(JournalWaiter.Take(_pool, entry, length, _options.RunsInline));
#if MUTANTS
        if (Mutant.Is(2))
        {
            return new(AppendedSeq);
        }
#endif
        return task;
    }

    /// <summary>Writes what waits, up to <see cref="JournalOptions.GroupBytes"/>, in one write per segment it falls
    /// into, and completes the appends that wait for no more.</summary>
    /// <returns>Whether something was written.</returns>
    internal bool WriteGroup()
    {
        var left = HasFailed ? 0 : _options.GroupBytes;
        var wrote = false;
        try
        {
            while (left > 0 && Gather(left) is var gathered and > 0)
            {
                WriteGathered();
                wrote = true;
                left = _waiting.HasReturned ? left - gathered : 0;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail(error);
            Refuse(_group);
        }

        return wrote;
    }

    /// <summary>Brings everything written when it is called to the disk, completes the appends that waited for that,
    /// and makes the spare segments that are missing.</summary>
    internal void Flush()
    {
        // In this order: a segment that is begun in between is flushed for nothing, never left out.
        var target = WrittenSeq;
        if (HasFailed)
        {
            return;
        }

        try
        {
            if (target > SyncedSeq)
            {
                _segments.FlushAll(_disk);
                Volatile.Write(ref _syncedSeq, target);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail(error);
            return;
        }

        CompleteSynced(target);
        Prepare();
    }

    /// <summary>Makes the spare segments that are missing, or finds that the disk is full, see
    /// <see cref="HasRoom"/>.</summary>
    internal void Prepare() => _spares.Prepare();

    /// <summary>Removes the segments whose records are all on the disk and below a seq.</summary>
    /// <exception cref="IOException">The disk is broken.</exception>
    internal void DeleteBefore(long seq) => _segments.DeleteBefore(_disk, seq);

    /// <summary>Refuses whatever is appended from now on and whatever still waits. The disk remains its
    /// owner's.</summary>
    public void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(Journal)));
        _image.Dispose();
    }

    private long RoomForRecords => long.Min(_image.Room - GroupHeader.Length, GroupHeader.MaxRecords);

    private ValueTask<long> Enqueue(JournalWaiter waiter)
    {
        var task = waiter.Task;
        if (!_waiting.TryAdd(waiter))
        {
            throw new BrokenInvariantException("The journal's ring is smaller than its limit.");
        }

        RefuseIfFailed(_waiting);
        Signal?.Invoke();
        return task;
    }

    // Encodes records that fit together: into the segment's rest or, when not even the first fits there, the next.
    private int Gather(int limit)
    {
        while (_waiting.TryTake() is { } waiter)
        {
            var length = _encodedLength - GroupHeader.Length + waiter.Length;
            var isTooMuch = length > limit && (_group.Count > 0 || limit < _options.GroupBytes);
            if (isTooMuch || (_group.Count > 0 && length > RoomForRecords))
            {
                _waiting.Return(waiter);
                RefuseIfFailed(_waiting);
                break;
            }

            if (length > RoomForRecords)
            {
                _waiting.Return(waiter);
                Begin(_spares.Take());
                continue;
            }

            Encode(waiter);
        }

        return _encodedLength - GroupHeader.Length;
    }

    private void Encode(JournalWaiter waiter)
    {
        if (_encodedLength + waiter.Length > _encoded.Length)
        {
            Array.Resize(ref _encoded, _encodedLength + waiter.Length);
        }

        waiter.Seq = ++_encodedSeq;
        _group.Add(waiter);
        _encodedLength += JournalCodec.Encode(waiter.Entry!, waiter.Seq, _encoded.AsSpan(_encodedLength));
    }

    private void WriteGathered()
    {
        var first = _encodedSeq - _group.Count + 1;
        var header = new GroupHeader(_encodedLength - GroupHeader.Length, _group.Count, first, SyncedSeq);
        header.Write(_encoded);
        _image.Append(_encoded.AsSpan(0, _encodedLength));
        _disk.Write(_segments.Current, _image.UnwrittenAt, _image.Unwritten);
        _image.Written();
        _encodedLength = GroupHeader.Length;
        CompleteWritten();
    }

    private void CompleteWritten()
    {
        if (Durability == Durability.Strict)
        {
            foreach (var waiter in _group)
            {
                _unsynced.TryAdd(waiter);
            }

            Volatile.Write(ref _writtenSeq, _encodedSeq);
            RefuseIfFailed(_unsynced);
        }
        else
        {
            Volatile.Write(ref _writtenSeq, _encodedSeq);
            Interlocked.Add(ref _pending, -_group.Count);
            foreach (var waiter in _group)
            {
                waiter.Complete();
            }
        }

        _group.Clear();
    }

    private void CompleteSynced(long target)
    {
        while (_unsynced.TryTake() is { } waiter)
        {
            if (waiter.Seq > target)
            {
                _unsynced.Return(waiter);
                RefuseIfFailed(_unsynced);
                break;
            }

            Interlocked.Decrement(ref _pending);
            waiter.Complete();
        }
    }

    private void Begin(long segment)
    {
        _image.Begin(_head.Incarnation, segment, _encodedSeq + 1);
        _segments.Begin(segment, _encodedSeq + 1);
    }

    private void Fail(Exception error)
    {
        Interlocked.CompareExchange(ref _failure, error, null);
        RefuseIfFailed(_waiting);
        RefuseIfFailed(_unsynced);
    }

    // Called after whatever was put into a ring: who failed the journal may have emptied the ring just before that.
    private void RefuseIfFailed(Ring<JournalWaiter> ring)
    {
        while (HasFailed && ring.TryTake() is { } waiter)
        {
            Refuse(waiter);
        }
    }

    private void Refuse(List<JournalWaiter> group)
    {
        foreach (var waiter in group)
        {
            Refuse(waiter);
        }

        group.Clear();
    }

    private void Refuse(JournalWaiter waiter)
    {
        Interlocked.Decrement(ref _pending);
        waiter.Fail(Refusal());
    }

    private JournalFailedException Refusal() => new("The journal has failed.", Failure);
}
