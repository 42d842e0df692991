using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Journals;

/// <summary>The journal with its threads on a real folder.</summary>
public sealed class JournalThreadsTests : IDisposable
{
    private const int Producers = 2;
    private const int Each = 100_000;
    private const int InFlight = 200;

    private static readonly JournalOptions Options = new() { SegmentLength = 4 << 20 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-journal-");

    [Fact]
    public async Task A_reader_follows_two_producers_and_misses_nothing()
    {
        using var disk = new FileJournalDisk(_folder.FullName);
        using var journal = new Journal(disk, new(JournalNode.Incarnation), Options);
        using (new JournalThreads(journal, NullLogger.Instance))
        {
            await ProduceAndFollowAsync(disk, journal);
        }

        Assert.Equal(Producers * Each, journal.SyncedSeq);
        using var after = new JournalReader(disk, 1);
        AssertWhole(after, () => false);
        Assert.Equal((Producers * Each) + 1, after.NextSeq);
    }

    [Fact]
    public async Task In_strict_mode_every_acknowledged_record_is_synced()
    {
        using var disk = new FileJournalDisk(_folder.FullName);
        using var journal = new Journal(
            disk, new(JournalNode.Incarnation), Options with { Durability = Durability.Strict });
        using var threads = new JournalThreads(journal, NullLogger.Instance);
        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(i, await journal.AppendAsync(JournalNode.Move(i)));
            Assert.InRange(journal.SyncedSeq, i, long.MaxValue);
        }
    }

    [Fact]
    public async Task Written_records_reach_the_disk_without_being_asked_for()
    {
        using var disk = new FileJournalDisk(_folder.FullName);
        using var journal = new Journal(disk, new(JournalNode.Incarnation), Options);
        using var threads = new JournalThreads(journal, NullLogger.Instance);
        await journal.AppendAsync(JournalNode.Move(1));
        Assert.True(SpinWait.SpinUntil(() => journal.SyncedSeq == 1, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task The_end_writes_what_waits_and_refuses_what_comes_later()
    {
        using var disk = new FileJournalDisk(_folder.FullName);
        using var journal = new Journal(disk, new(JournalNode.Incarnation), Options);
        var threads = new JournalThreads(journal, NullLogger.Instance);
        var waiting = Enumerable.Range(1, 1000).Select(i => journal.AppendAsync(JournalNode.Move(i)).AsTask()).ToList();
        threads.Dispose();
        await Task.WhenAll(waiting);
        Assert.Equal(1000, JournalNode.CountOf(disk));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await journal.AppendAsync(JournalNode.Move(1)));
    }

    [Theory]
    [InlineData(Durability.Write)]
    [InlineData(Durability.Strict)]
    internal async Task After_a_failed_flush_nobody_is_left_waiting(Durability durability)
    {
        using var disk = new MemoryDisk { FailsToFlush = true };
        using var journal = new Journal(disk, new(JournalNode.Incarnation), Options with { Durability = durability });
        using var threads = new JournalThreads(journal, NullLogger.Instance);
        await Assert.ThrowsAsync<JournalFailedException>(async () =>
        {
            while (true)
            {
                await journal.AppendAsync(JournalNode.Move(1));
            }
        });
        Assert.True(journal.HasFailed);
        Assert.Equal(1, disk.Flushes);
    }

    [Fact]
    public void Segments_have_their_full_length_and_are_read_back_after_a_restart()
    {
        using (var disk = new FileJournalDisk(_folder.FullName))
        using (var journal = new Journal(disk, new(JournalNode.Incarnation), Options))
        {
            _ = journal.AppendAsync(JournalNode.Move(1)).Preserve();
            journal.WriteGroup();
            journal.Flush();
        }

        using var again = new FileJournalDisk(_folder.FullName);
        Assert.All(again.Segments(), segment => Assert.Equal(4 << 20, new FileInfo(again.NameOf(segment)).Length));
        using var reader = new JournalReader(again, 1);
        Assert.True(reader.TryRead(out _, out _));
        Assert.Equal(JournalNode.Incarnation, reader.Incarnation);
    }

    [Fact]
    public void A_reader_at_the_end_makes_small_reads_and_none_when_nothing_was_written()
    {
        using var node = new JournalNode(JournalNode.Small with { SegmentLength = 1 << 20, BlockLength = 64 << 10 });
        using var reader = new JournalReader(node.Disk, 1, node.Journal);
        node.Write(200);
        while (reader.TryRead(out _, out _))
        {
        }

        var before = node.Disk.Reads;
        Assert.False(reader.TryRead(out _, out _));
        Assert.Equal(before, node.Disk.Reads);
        node.Write(1);
        Assert.True(reader.TryRead(out var seq, out _));
        Assert.Equal(201, seq);
        Assert.InRange(node.Disk.Reads.Bytes - before.Bytes, 1, 16 << 10);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task ProduceAndFollowAsync(FileJournalDisk disk, Journal journal)
    {
        var producers = Enumerable.Range(0, Producers).Select(org => Task.Run(() => ProduceAsync(journal, org)));
        return Task.WhenAll([.. producers, Task.Run(() => Follow(disk, journal))]);
    }

    private static async Task ProduceAsync(Journal journal, int org)
    {
        var batch = new List<Task<long>>();
        long last = 0;
        for (var i = 1; i <= Each; i++)
        {
            batch.Add(journal.AppendAsync(new JournalEntry.LeaseMoved("a", $"org_{org}", i, i)).AsTask());
            if (i % InFlight == 0)
            {
                foreach (var seq in await Task.WhenAll(batch))
                {
                    Assert.True(seq > last, $"{seq} after {last}");
                    last = seq;
                }

                batch.Clear();
            }
        }
    }

    private static void Follow(FileJournalDisk disk, Journal journal)
    {
        using var reader = new JournalReader(disk, 1, journal);
        AssertWhole(reader, () => reader.NextSeq <= Producers * Each && !journal.HasFailed);
    }

    // Each producer's own count goes up by one, as do the seqs.
    private static void AssertWhole(JournalReader reader, Func<bool> goesOn)
    {
        var counts = new long[Producers];
        long last = 0;
        do
        {
            while (reader.TryRead(out var seq, out var entry))
            {
                var moved = Assert.IsType<JournalEntry.LeaseMoved>(entry);
                Assert.Equal(++last, seq);
                Assert.Equal(++counts[moved.Org[^1] - '0'], moved.OpSeq);
            }

            Thread.Yield();
        }
        while (goesOn());

        Assert.All(counts, count => Assert.Equal(Each, count));
    }
}
