using System.Buffers.Binary;

namespace Gateway.Billing.Tests.Journals;

/// <summary>Random histories and random damage; a failure names its seed.</summary>
public sealed class ReaderFuzzTests
{
    private const int Cases = 10_000;

    [Fact]
    public void After_any_history_a_crash_leaves_all_that_was_synced_and_a_prefix_of_the_rest()
    {
        for (var seed = 0; seed < Cases / 4; seed++)
        {
            var random = new Random(seed);
            using var node = new JournalNode(JournalNode.Small with
            {
                SegmentLength = 8 << 10 << random.Next(3),
                GroupBytes = random.Next(100, 20_000),
            });
            for (var step = random.Next(1, 12); step > 0; step--)
            {
                node.Write(random.Next(1, 80));
                if (random.Next(3) == 0)
                {
                    node.Journal.Flush();
                }
            }

            var keep = random.Next();
            var image = node.Disk.Crash(i => (keep >> (i % 31) & 1) == 1);
            Tear(random, node.Disk, image);
            var count = JournalNode.CountOf(image);
            Assert.True(
                count >= node.Journal.SyncedSeq && count <= node.Journal.WrittenSeq,
                $"seed {seed}: {count} read, {node.Journal.SyncedSeq} synced, {node.Journal.WrittenSeq} written");
        }
    }

    [Fact]
    public void Any_bytes_raise_only_damage()
    {
        using var node = new JournalNode();
        node.Write(90);
        node.Journal.Flush();
        node.Write(300);
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var image = node.Disk.Copy();
            Spoil(random, image);
            try
            {
                using var reader = new JournalReader(image, random.Next(1, 400));
                while (reader.TryRead(out _, out _))
                {
                }
            }
            catch (JournalDamagedException)
            {
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {seed}", error);
            }
        }
    }

    // Of one lost or kept write only some bytes arrived.
    private static void Tear(Random random, MemoryDisk disk, MemoryDisk image)
    {
        if (disk.Unflushed.Count == 0)
        {
            return;
        }

        var (segment, offset, bytes) = disk.Unflushed[random.Next(disk.Unflushed.Count)];
        var (from, to) = (random.Next(bytes.Length), random.Next(bytes.Length + 1));
        if (from < to)
        {
            bytes.AsSpan(from..to).CopyTo(image[segment][((int)offset + from)..]);
        }
        else
        {
            image[segment][((int)offset + to)..((int)offset + from)].Clear();
        }
    }

    // Random bytes, and often a checksum that makes them look right.
    private static void Spoil(Random random, MemoryDisk image)
    {
        var segment = image[random.Next(1, 4)];
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            segment[random.Next(random.Next(2) == 0 ? 5_000 : segment.Length)] = (byte)random.Next(256);
        }

        if (random.Next(4) == 0)
        {
            segment[random.Next(100)] = (byte)random.Next(256);
            BinaryPrimitives.WriteUInt32LittleEndian(segment[4092..], Crc32C.Of(segment[..4092]));
        }

        if (random.Next(4) == 0)
        {
            var group = segment.Slice(SegmentHeader.Length, GroupHeader.Length);
            group[random.Next(8, 32)] = (byte)random.Next(256);
            BinaryPrimitives.WriteUInt32LittleEndian(group[32..], Crc32C.Of(group[..32]));
        }

        if (random.Next(20) == 0)
        {
            random.NextBytes(segment);
        }
    }
}
