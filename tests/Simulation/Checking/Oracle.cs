using System.Buffers.Binary;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>What must be in the books, kept apart from them: every request since the last time that all was still, and
/// sums of everything before.</summary>
internal sealed class Oracle(World world)
{
    private const long Million = 1_000_000;

    private readonly Dictionary<string, LifeFate> _lives = [];
    private readonly List<LifeFate> _byNumber = [];
    private readonly List<int> _appliedSinceMark = [];
    private RequestFate[] _fates = new RequestFate[1024];
    private int _count;
    private long _first;

    /// <summary>Requests ever begun.</summary>
    internal long Requests => _first + _count;

    /// <summary>How often the books went back.</summary>
    internal int Rollbacks { get; private set; }

    /// <summary>What customers paid, by their number.</summary>
    internal long[] Settled { get; } = new long[Population.Size];

    /// <summary>Records for which we paid.</summary>
    internal long UncollectibleCount { get; private set; }

    /// <summary>Acknowledged requests lost with a disk or the power.</summary>
    internal long Lost { get; private set; }

    /// <summary>What counts against each budget.</summary>
    internal Dictionary<string, long> BudgetSpent { get; } = [];

    internal LifeFate Begin(string incarnation, SimDisk disk, Journal journal)
    {
        var life = new LifeFate(_byNumber.Count, incarnation, disk, journal, Rollbacks);
        _lives.Add(incarnation, life);
        _byNumber.Add(life);
        return life;
    }

    internal LifeFate Find(string incarnation) => _lives[incarnation];

    /// <summary>A request begins; its number stands in its id.</summary>
    internal RequestId Ask(int customer, DateTimeOffset now, out int number)
    {
        if (_count == _fates.Length)
        {
            Array.Resize(ref _fates, _count * 2);
        }

        number = _count++;
        _fates[number] = new() { Customer = customer, AskedStep = world.Step };
        return IdOf(_first + number, now);
    }

    internal ref RequestFate this[int number] => ref _fates[number];

    /// <summary>Money is held for it.</summary>
    internal void Hold(int number, Hold hold)
    {
        ref var fate = ref _fates[number];
        (fate.Phase, fate.Life) = (Phase.Held, _lives[hold.Incarnation.Id].Number);
    }

    /// <summary>It ends, and the caller expects to pay this.</summary>
    internal void Settle(int number, Bill bill, long expected)
    {
        ref var fate = ref _fates[number];
        var (charge, hold) = (bill.Charge.Total.Value, bill.Hold.Amount.Value);
        world.Require(charge == expected, "I5", $"{charge} is charged for what costs {expected}.");
        world.Require(charge >= 0 && charge <= hold, "I5", $"{charge} is charged on a hold of {hold}.");
        world.Require(
            bill.Delivered.Usage.Output <= bill.Hold.CoveredOutputTokens * long.Max(1, bill.Hold.Quote.Lines.Count),
            "I6", "More was delivered than is covered.");
        (fate.Phase, fate.Hold, fate.Charge) = (Phase.Settling, hold, charge);
        fate.Output = bill.Delivered.Usage.Output;
    }

    /// <summary>The books applied a record.</summary>
    /// <param name="record">What it says.</param>
    /// <param name="settlement">Who pays.</param>
    /// <param name="incarnation">Whose journal it came from.</param>
    /// <param name="isBudget">Whether the books have a budget: one made after the moment to which they went back counts
    /// from its next lease on.</param>
    internal void Apply(UsageRecord record, Settlement settlement, string incarnation, Predicate<string> isBudget)
    {
        var number = NumberOf(record.Request) - _first;
        world.Require(number >= 0 && number < _count, "I5", $"{record.Request} is applied again after its end.");
        ref var fate = ref _fates[number];
        world.Require(fate.Applied == Applied.No, "I5", $"{record.Request} is applied twice.");
        world.Require(fate.Phase >= Phase.Settling, "I14", $"{record.Request} is applied and never ended.");
        world.Require(
            record.Charge.Value == fate.Charge && record.Hold.Value == fate.Hold
                && record.Delivered.Usage.Output == fate.Output
                && record.Payer.Org == Population.Org(fate.Customer),
            "I5", $"{record.Request} is applied with another charge, hold, usage or payer.");
        world.Require(_byNumber[fate.Life].Incarnation == incarnation, "I5", $"{record.Request} is another's.");
        CheckShares(record);
        fate.Applied = settlement == Settlement.Settled ? Applied.Settled : Applied.Uncollectible;
        fate.Budgets = [.. record.Budgets.Where(budget => isBudget(budget))];
        Count(fate, 1);
        _appliedSinceMark.Add((int)number);
        if (settlement == Settlement.Uncollectible)
        {
            Excuse(fate, record.Request);
        }
    }

    /// <summary>The books have been copied.</summary>
    internal void Mark() => _appliedSinceMark.Clear();

    /// <summary>The books are as they were at the last mark.</summary>
    internal void RollBack()
    {
        Rollbacks++;
        foreach (var number in _appliedSinceMark)
        {
            ref var fate = ref _fates[number];
            Count(fate, -1);
            fate.Applied = Applied.No;
        }

        _appliedSinceMark.Clear();
        foreach (var life in _byNumber)
        {
            life.IsApplied = false;
        }
    }

    /// <summary>Nothing is under way and every journal is applied: what was acknowledged is in the books, and is
    /// forgotten here.</summary>
    internal void Close()
    {
        for (var number = 0; number < _count; number++)
        {
            ref var fate = ref _fates[number];
            if (fate is { Phase: Phase.Acknowledged, Applied: Applied.No })
            {
                var life = _byNumber[fate.Life];
                Lost++;
                world.Require(
                    life.IsDiskLost || fate.Seq > life.LostAfterSeq, "I14",
                    $"Request {_first + number} was acknowledged as record {fate.Seq} of {life.Incarnation}: lost.");
            }
        }

        _first += _count;
        _count = 0;
        _lives.Clear();
        _byNumber.Clear();
        _appliedSinceMark.Clear();
    }

    private void Count(in RequestFate fate, int sign)
    {
        if (fate.Applied == Applied.Uncollectible)
        {
            UncollectibleCount += sign;
            return;
        }

        Settled[fate.Customer] += sign * fate.Charge;
        foreach (var budget in fate.Budgets!)
        {
            BudgetSpent[budget] = BudgetSpent.GetValueOrDefault(budget) + (sign * fate.Charge);
        }
    }

    // We pay only for what was given up, for books that went back, and then only until this was known, and for a push
    // that was on its way when the power took its records and came when the rest had been drained.
    private void Excuse(in RequestFate fate, RequestId request)
    {
        var life = _byNumber[fate.Life];
        var wentBack = Rollbacks > life.RollbacksBefore && fate.AskedStep <= life.ToldStep;
        world.Require(
            life.IsForceClosed || wentBack || life.LostAfterSeq < long.MaxValue, "I9",
            $"{request}, asked at step {fate.AskedStep}, is uncollectible and nothing was given up or went back.");
    }

    private void CheckShares(UsageRecord record)
    {
        world.Require(
            record.Lines.Count == 0 || record.Lines.Sum(line => line.Charge.Value) == record.Charge.Value,
            "I5", $"The calls of {record.Request} do not sum to its charge.");
        long shares = 0;
        foreach (var attempt in record.Delivered.Attempts)
        {
            shares += attempt.Share.Value;
            var isLoser = attempt.Outcome != AttemptOutcome.Complete && attempt.OutputTo == attempt.OutputFrom;
            world.Require(!isLoser || attempt.Share.Value == 0, "I13", $"A loser of {record.Request} earns.");
        }

        world.Require(
            shares >= 0 && (Int128)shares * Million <= (Int128)record.Charge.Value * Population.SharePpm,
            "I13", $"Miners earn {shares} of {record.Charge} for {record.Request}.");
    }

    private static RequestId IdOf(long number, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now.ToUnixTimeMilliseconds() << 16) | 0x7000);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], number);
        return new(new Guid(bytes, bigEndian: true));
    }

    private static long NumberOf(RequestId request)
    {
        Span<byte> bytes = stackalloc byte[16];
        request.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
    }
}
