using System.Buffers.Binary;

namespace Gateway.Billing.Tests.Journals;

/// <summary>What a reader makes of any image that a crash, or a bad disk, can leave.</summary>
public sealed class CrashTests
{
    // So many records before the interesting part: within a block, across a seal, across a segment's end.
    public static TheoryData<int> Places => [1, 60, 80, 84, 85, 86, 250, 258, 262, 264, 265, 266, 300];

    [Theory]
    [MemberData(nameof(Places))]
    public void Cut_at_every_byte_of_the_last_group_the_reader_gives_the_groups_before(int before)
    {
        using var node = new JournalNode();
        node.Write(before);
        node.Journal.Flush();
        node.Write(6);
        foreach (var (segment, offset, bytes) in node.Disk.Unflushed)
        {
            var isLast = segment == node.Disk.Unflushed[^1].Segment;
            var complete = isLast ? before + 6 : JournalNode.CountOf(node.Disk.Crash(i => i == 0));
            for (var cut = 0; cut < bytes.Length; cut++)
            {
                var image = isLast ? node.Disk.Copy() : node.Disk.Crash(i => i == 0);
                image[segment].Slice((int)offset + cut, bytes.Length - cut).Clear();
                var count = JournalNode.CountOf(image);

                // A cut among zeros takes nothing away.
                var isWhole = !bytes.AsSpan(cut).ContainsAnyExcept((byte)0);
                Assert.True(isWhole ? count == complete : count >= before && count < complete, $"{cut}: {count}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Of_every_subset_of_the_last_writes_the_reader_gives_a_prefix(int before)
    {
        using var node = new JournalNode();
        node.Write(before);
        node.Journal.Flush();
        node.Write(2);
        node.Write(3);
        node.Write(4);
        var writes = node.Disk.Unflushed.Count;
        for (var subset = 0; subset < 1 << writes; subset++)
        {
            var count = JournalNode.CountOf(node.Disk.Crash(i => (subset >> i & 1) == 1));
            Assert.InRange(count, before, before + 9);
            Assert.Equal(subset == (1 << writes) - 1, count == before + 9);
        }
    }

    [Theory]
    [InlineData(84)]
    [InlineData(300)]
    public void A_flipped_byte_is_damage_when_it_had_reached_the_disk_and_a_torn_tail_when_not(int before)
    {
        using var node = new JournalNode();
        node.Write(before - 3);
        node.Write(3);
        node.Journal.Flush();
        var synced = node.Disk.Segments().ToDictionary(segment => segment, node.Disk.EndOf);
        node.Write(2);
        node.Write(2);
        foreach (var segment in node.Disk.Segments())
        {
            // Five has no factor in common with any length here: every field's bytes have their turn.
            for (var at = 0; at < node.Disk.EndOf(segment) + 100 && at < node.Disk[segment].Length; at += 5)
            {
                Flip(node.Disk, segment, at, (before, at < synced.GetValueOrDefault(segment)));
            }
        }
    }

    [Fact]
    public void A_record_found_damaged_is_named()
    {
        using var node = new JournalNode();
        node.Write(3);
        node.Write(3);
        node.Journal.Flush();
        node.Write(1);
        var length = JournalCodec.Measure(JournalNode.Move(1));
        var fifth = SegmentHeader.Length + (2 * GroupHeader.Length) + (4 * length);
        node.Disk[1][fifth + 20] ^= 1;
        var error = Assert.Throws<JournalDamagedException>(() => JournalNode.CountOf(node.Disk));
        Assert.Equal(("1.journal", fifth, 5), (error.File, error.Offset, error.Seq));
        Assert.Contains($"1.journal at offset {fifth}, record 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_segment_is_damage()
    {
        using var node = new JournalNode();
        node.Write(600);
        node.Journal.Flush();
        node.Write(1);
        node.Disk.Delete(2);
        Assert.Throws<JournalDamagedException>(() => JournalNode.CountOf(node.Disk));
    }

    [Fact]
    public void A_block_exchanged_with_right_checksums_breaks_the_chain()
    {
        using var node = new JournalNode();
        node.Write(1);
        node.Write(100);
        node.Journal.Flush();
        node.Write(1);
        var record = node.Disk[1].Slice(SegmentHeader.Length + GroupHeader.Length, 48);
        Assert.Equal(48, JournalCodec.Encode(JournalNode.Move(1) with { Amount = 2 }, 1, record));
        using var reader = new JournalReader(node.Disk, 1);
        Assert.True(reader.TryRead(out _, out _));
        Assert.Throws<JournalDamagedException>(() => reader.TryRead(out _, out _));
    }

    [Fact]
    public void A_record_of_another_version_is_not_passed_over()
    {
        using var node = new JournalNode();
        node.Write(2);
        var record = node.Disk[1].Slice(SegmentHeader.Length + GroupHeader.Length + 48, 48);
        record[17] = 2;
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Of(record[4..]));
        using var reader = new JournalReader(node.Disk, 1);
        Assert.True(reader.TryRead(out _, out _));
        var error = Assert.Throws<JournalDamagedException>(() => reader.TryRead(out _, out _));
        Assert.Equal(2, error.Seq);
        Assert.IsType<JournalFormatException>(error.InnerException);
    }

    private static void Flip(MemoryDisk disk, long segment, int at, (int Before, bool IsSynced) expected)
    {
        var image = disk.Copy();
        image[segment][at] ^= 0x10;
        try
        {
            var count = JournalNode.CountOf(image);
            Assert.False(expected.IsSynced, $"segment {segment}, byte {at}: unseen");
            Assert.InRange(count, expected.Before, expected.Before + 4);

            // Behind the last group nobody reads.
            Assert.Equal(at >= disk.EndOf(segment), count == expected.Before + 4);
        }
        catch (JournalDamagedException error)
        {
            Assert.True(expected.IsSynced, $"segment {segment}, byte {at}: {error.Message}");
            Assert.Equal(image.NameOf(segment), error.File);
            Assert.InRange(error.Offset, 0, at);
            Assert.InRange(error.Seq, 1, expected.Before);
        }
    }
}
