using System.Globalization;
using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>The folder of one journal behind a page cache: what was written survives its process, what was flushed
/// survives the machine's power.</summary>
internal sealed class SimDisk(World world, DiskFaults faults) : IJournalDisk
{
    private const int Sector = 512;

    private readonly SortedDictionary<long, Segment> _segments = [];
    private long[] _numbers = [];
    private (long Segment, int End) _flushed;
    private (long Segment, int End) _claimed;
    private (long Segment, int End) _surelyClaimed;
    private long _claimant;
    private (byte[] Bytes, int At, byte Was)? _damage;

    internal bool IsDamaged => _damage is not null;

    /// <summary>Whether some of it is not on the disk yet.</summary>
    internal bool IsDirty => _segments.Values.Any(segment => segment.Durable < segment.End);

    public IReadOnlyList<long> Segments() => _numbers;

    public void Create(long segment, long length)
    {
        if (faults.IsFull)
        {
            throw new IOException("The disk is full.");
        }

        _segments.Add(segment, new(new byte[length]));
        _numbers = [.. _segments.Keys];
    }

    public void Write(long segment, long offset, ReadOnlySpan<byte> bytes)
    {
        var written = _segments[segment];
        world.Require(offset >= written.End || written.End == 0, "disk", "A journal is only appended to.");
        var fault = faults.Next();
        var length = fault == DiskFault.None ? bytes.Length : world.Dice.Below(bytes.Length + 1);
        bytes[..length].CopyTo(written.Bytes.AsSpan((int)offset));
        written.End = (int)offset + length;
        if (fault != DiskFault.None)
        {
            throw faults.Failure(fault);
        }

        (_claimed, _claimant) = (_flushed, segment);
    }

    public void Flush(long segment)
    {
        var flushed = _segments[segment];
        var fault = faults.Next();
        if (fault == DiskFault.Broken)
        {
            // The system forgets what it could not write: whoever flushed again would be told that all is well.
            Tear(flushed);
            throw faults.Failure(fault);
        }

        if (fault != DiskFault.None)
        {
            throw faults.Failure(fault);
        }

        flushed.Durable = flushed.End;
        _flushed = (segment, flushed.End);
        if (segment == _claimant)
        {
            _surelyClaimed = _claimed;
        }
    }

    public int Read(long segment, long offset, Span<byte> into)
    {
        var bytes = _segments[segment].Bytes;
        var length = int.Min(int.Max(bytes.Length - (int)offset, 0), into.Length);
        bytes.AsSpan(length == 0 ? 0 : (int)offset, length).CopyTo(into);
        return length;
    }

    public void Delete(long segment)
    {
        _segments.Remove(segment);
        _numbers = [.. _segments.Keys];
    }

    public string NameOf(long segment) => segment.ToString(CultureInfo.InvariantCulture) + ".journal";

    public void Dispose()
    {
    }

    /// <summary>The power fails: of what was not flushed any sectors are lost, one of them perhaps in part.</summary>
    internal void CutPower()
    {
        foreach (var segment in _segments.Values)
        {
            Tear(segment);
        }
    }

    /// <summary>Spoils a byte that had reached the disk before a later write said so; false when there is
    /// none.</summary>
    internal bool TryDamage()
    {
        var (last, lastEnd) = _surelyClaimed;
        if (last == 0 || _damage is not null)
        {
            return false;
        }

        var segment = world.Dice.OneIn(2) ? last : world.Dice.Between(_numbers[0], last);
        var (bytes, end) = (_segments[segment].Bytes, segment == last ? lastEnd : _segments[segment].End);
        var at = world.Dice.Below(end);
        _damage = (bytes, at, bytes[at]);
        world.Say($"damage at byte {at} of segment {segment}, claimed to {lastEnd} of {last}");
        bytes[at] ^= (byte)(1 << world.Dice.Below(8));
        return true;
    }

    /// <summary>The byte is as it was, from a copy that somebody had.</summary>
    internal void Repair()
    {
        if (_damage is var (bytes, at, was))
        {
            bytes[at] = was;
            _damage = null;
        }
    }

    private void Tear(Segment segment)
    {
        for (var at = segment.Durable; at < segment.End;)
        {
            var end = int.Min(segment.End, ((at / Sector) + 1) * Sector);
            switch (world.Dice.Below(8))
            {
                case < 3:
                    segment.Bytes.AsSpan(at..end).Clear();
                    break;
                case 3:
                    segment.Bytes.AsSpan((at + world.Dice.Below(end - at))..end).Clear();
                    break;
            }

            at = end;
        }

        segment.Durable = segment.End;
    }

    private sealed class Segment(byte[] bytes)
    {
        internal byte[] Bytes { get; } = bytes;

        internal int End { get; set; }

        internal int Durable { get; set; }
    }
}
