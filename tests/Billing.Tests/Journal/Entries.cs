using CsCheck;
using Gateway.Core;

namespace Gateway.Billing.Tests.Journals;

/// <summary>Entries of every shape, and what it means that two are the same.</summary>
internal static class Entries
{
    private static readonly Gen<string> Text =
        Gen.OneOf(Gen.Const(""), Gen.String[Gen.Char['!', '~'], 1, 60], Gen.Const("日本語 ✓ \u0001 \U0001F9EE"));

    private static readonly Gen<Guid> Id = Gen.Byte.Array[16].Select(bytes => new Guid(bytes));

    private static readonly Gen<DateTimeOffset> Time = Gen.Long[0, 4_102_444_800_000]
        .Select(DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<Usage> Usages = Gen.Long.Array[7].Select(n => new Usage(n[0], n[1], n[2], n[3])
    {
        Images = n[4],
        AudioMs = n[5],
        Characters = n[6],
    });

    private static readonly Gen<Commitments> Proofs = Gen.Select(Gen.Bool, Gen.Bool, Gen.Byte.Array[32])
        .Select((first, second, bytes) => new Commitments(first ? bytes : default, second ? bytes[..32] : default));

    private static readonly Gen<AttemptRecord> Attempt =
        from upstream in Text
        from reason in Text
        from hotkey in Text
        from numbers in Gen.Long.Array[3]
        from has in Gen.Int[0, 15]
        from small in Gen.Int
        from outcome in Gen.Enum<AttemptOutcome>()
        select new AttemptRecord(
            upstream,
            (has & 1) == 0 ? null : new NetUid(unchecked((ushort)small)),
            (has & 2) == 0 ? null : small,
            (has & 4) == 0 ? null : new Hotkey(hotkey),
            numbers[0],
            numbers[1],
            outcome,
            reason,
            (has & 8) == 0 ? null : small)
        {
            Line = small & 15,
            Share = new(numbers[2]),
        };

    private static readonly Gen<RequestFacts> Facts =
        Gen.Select(Text, Text, Text, Time, Time).Select((endpoint, model, strategy, started, ended) =>
            new RequestFacts(endpoint, new(model), strategy, started, ended));

    private static readonly Gen<Delivered> Delivery =
        Gen.Select(Gen.Enum<Ending>(), Text.Null(), Usages, Gen.Bool, Text, Attempt.Array[0, 8], Facts).Select(
            (ending, served, usage, estimated, finish, attempts, facts) => new Delivered(
                ending, served is null ? null : new ModelId(served), usage, estimated, finish, attempts, facts));

    private static readonly Gen<Payer> Payers = Gen.Select(Id, Id, Text, Text).Select((org, key, project, user) =>
        new Payer(new(org), new(key)) { Project = project, EndUser = user });

    private static readonly Gen<ChargedLine> Line =
        Gen.Select(Text, Text, Text.Null(), Usages, Gen.Long.Nullable(), Gen.Long).Select(
            (role, expert, served, usage, price, charge) => new ChargedLine(
                new(role, expert, served is null ? null : new ModelId(served), usage), price, new(charge)));

    private static readonly Gen<UsageRecord> OneLine =
        Gen.Select(Id, Payers, Delivery, Gen.Long, Gen.Long, Gen.Long.Nullable(), Text.Array[0, 4], Proofs).Select(
            (id, payer, delivered, hold, charge, price, budgets, proofs) => new UsageRecord(
                new(id), payer, delivered, new(hold), new(charge), price, budgets, proofs));

    internal static Gen<UsageRecord> Record { get; } = Gen.Frequency(
        (3, OneLine),
        (1, Gen.Select(OneLine, Line.Array[1, 8]).Select((record, lines) => record with { Lines = lines })));

    internal static Gen<JournalEntry> Any { get; } = Gen.Frequency(
        (8, Record.Select(JournalEntry (record) => new JournalEntry.Settle(record))),
        (2, Gen.Select(Text, Text, Gen.Long, Gen.Long).Select(
            JournalEntry (account, org, op, amount) => new JournalEntry.LeaseMoved(account, org, op, amount))),
        (1, Gen.Const<JournalEntry>(new JournalEntry.Shutdown())));

    /// <summary>Asserts that nothing of an entry was lost or changed; lists compare by their items.</summary>
    internal static void AssertSame(JournalEntry expected, JournalEntry actual)
    {
        if (expected is not JournalEntry.Settle { Record: var was })
        {
            Assert.Equal(expected, actual);
            return;
        }

        var now = Assert.IsType<JournalEntry.Settle>(actual).Record;
        Assert.Equal(was.Budgets, now.Budgets);
        Assert.Equal(was.Delivered.Attempts, now.Delivered.Attempts);
        Assert.Equal(was.Lines, now.Lines);
        Assert.Equal(was.Commitments.Request.ToArray(), now.Commitments.Request.ToArray());
        Assert.Equal(was.Commitments.Response.ToArray(), now.Commitments.Response.ToArray());
        Assert.Equal(Plain(was), Plain(now));
    }

    private static UsageRecord Plain(UsageRecord record) => record with
    {
        Budgets = [],
        Lines = [],
        Payer = record.Payer with { Budgets = [] },
        Delivered = record.Delivered with { Attempts = [] },
        Commitments = Commitments.None,
    };
}
