using System.Globalization;
using CsCheck;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Journals;

public sealed class JournalCodecTests
{
    [Fact]
    public void Every_entry_comes_back_as_it_was()
    {
        var texts = new TextCache();
        Gen.Select(Entries.Any, Gen.Long[1, long.MaxValue]).Sample(
            (entry, seq) =>
            {
                var bytes = Encode(entry, seq);
                Assert.Equal(bytes.Length, JournalCodec.Check(bytes, seq));
                Entries.AssertSame(entry, JournalCodec.Decode(bytes, texts, out var found));
                Assert.Equal(seq, found);
            },
            iter: 2_000,
            threads: 1);
    }

    [Fact]
    public void Allowances_caps_are_not_recorded_but_their_accounts_are()
    {
        var payer = new Payer(new(Guid.Empty), new(Guid.Empty))
        {
            Budgets = [new("org_1", BudgetKind.Organization, new(5), BudgetPeriod.Month)],
        };
        var record = Settle() with { Payer = payer, Budgets = ["org_1/2026-11"] };
        var back = Assert.IsType<JournalEntry.Settle>(
            JournalCodec.Decode(Encode(new JournalEntry.Settle(record), 1), new(), out _)).Record;
        Assert.Empty(back.Payer.Budgets);
        Assert.Equal(["org_1/2026-11"], back.Budgets);
    }

    [Fact]
    public void Any_flipped_bit_of_a_record_is_found()
    {
        var bytes = Encode(new JournalEntry.Settle(Settle()), 7);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(0, JournalCodec.Check(bytes, 7));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Any_bytes_raise_only_a_format_error()
    {
        var texts = new TextCache();
        Gen.Select(Entries.Any, Gen.Select(Gen.Int[0, 5_000], Gen.Byte).Array[1, 6], Gen.Int[0, 6_000]).Sample(
            (entry, changes, length) =>
            {
                var bytes = Encode(entry, 1);
                foreach (var (at, value) in changes)
                {
                    bytes[at % bytes.Length] = value;
                }

                try
                {
                    JournalCodec.Decode(bytes.AsSpan(0, int.Min(length, bytes.Length)), texts, out _);
                }
                catch (JournalFormatException)
                {
                }
            },
            iter: 10_000,
            threads: 1);
    }

    [Fact]
    public void What_no_reader_could_read_is_refused_before_it_is_written()
    {
        var settle = Settle();
        var attempt = new AttemptRecord("local/a", null, null, null, 0, 1, AttemptOutcome.Complete, "", 1);
        UsageRecord[] wrong =
        [
            settle with { Budgets = [new string('a', 513)] },
            settle with { Budgets = ["\ud800"] },
            settle with { Budgets = [null!] },
            settle with { Budgets = [.. Enumerable.Repeat("a", 17)] },
            settle with { Commitments = new(new byte[31], default) },
            settle with { Delivered = settle.Delivered with { Ending = (Ending)9 } },
            With([.. Enumerable.Repeat(attempt, 65)]),
            With([attempt with { Outcome = (AttemptOutcome)9 }]),
            With([.. Enumerable.Repeat(attempt with { Reason = new('a', 500), Upstream = new('b', 500) }, 64)]),
        ];
        Assert.All(wrong, record =>
            Assert.ThrowsAny<ArgumentException>(() => JournalCodec.Measure(new JournalEntry.Settle(record))));
    }

    [Fact]
    public void The_largest_number_of_attempts_fits()
    {
        var attempt = new AttemptRecord(
            "sn4/" + new string('5', 48), new(4), 255, new(new('5', 48)), 0, 1, AttemptOutcome.Failed, "timeout", 1);
        var record = With([.. Enumerable.Repeat(attempt, UsageCodec.MaxAttempts)]);
        Assert.InRange(JournalCodec.Measure(new JournalEntry.Settle(record)), 1, JournalCodec.MaxLength);
    }

    [Fact]
    public void The_checksum_is_crc_32c() =>
        // RFC 3720, B.4: 32 bytes of zeros, of ones, and ascending.
        Assert.Equal(
            [0x8A9136AAu, 0x62A8AB43u, 0x46DD794Eu],
            [
                Crc32C.Of(new byte[32]),
                Crc32C.Of([.. Enumerable.Repeat((byte)255, 32)]),
                Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]),
            ]);

    [Fact]
    public void A_repeated_text_is_one_object()
    {
        var texts = new TextCache();
        var names = Enumerable.Range(0, 5_000).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        Assert.All(names, name => Assert.Equal(name, texts.Of(System.Text.Encoding.UTF8.GetBytes(name))));
        Assert.Same(texts.Of("/v1/chat"u8), texts.Of("/v1/chat"u8));
    }

    private static UsageRecord With(AttemptRecord[] attempts)
    {
        var settle = Settle();
        return settle with { Delivered = settle.Delivered with { Attempts = attempts } };
    }

    private static UsageRecord Settle() => new(
        new(Guid.CreateVersion7(Some.Noon)),
        new(new(Guid.CreateVersion7(Some.Noon)), new(Guid.CreateVersion7(Some.Noon))),
        Some.Delivery(10, 20),
        new NanoUsd(100),
        new NanoUsd(50),
        3,
        [],
        new(new byte[32], new byte[32]));

    private static byte[] Encode(JournalEntry entry, long seq)
    {
        var bytes = new byte[JournalCodec.Measure(entry)];
        Assert.Equal(bytes.Length, JournalCodec.Encode(entry, seq, bytes));
        return bytes;
    }
}
