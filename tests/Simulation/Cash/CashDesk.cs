using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>What customers, operators and rounds do about money that is not a request's.</summary>
internal sealed class CashDesk
{
    private const int MostPayoutSteps = 10_000;
    private const int MostWatcherSteps = 10_000;
    private const int UsualUnfinal = 3;
    private const int MostUnfinal = 9;

    private static readonly string[] People = ["ann", "bob", "cyd", "dee"];

    private readonly World _world;
    private readonly SimStore _store;
    private readonly StoreCalls _calls;
    private readonly Traffic _traffic;
    private readonly SimMarket _market;
    private readonly SimAddresses _addresses;
    private readonly Watcher[] _watchers;
    private readonly Signer _signer;
    private readonly SimProcess _people;
    private long _sampled;

    internal CashDesk(World world, SimStore store, StoreCalls calls, Traffic traffic)
    {
        (_world, _store, _calls, _traffic) = (world, store, calls, traffic);
        _market = new(world);
        Chain = new(world);
        _addresses = new(traffic.Customers);
        _watchers =
        [
            new(world, calls, Books, Chain, _addresses), new(world, calls, Books, Chain, _addresses),
        ];
        _signer = new(world, calls, Books, Chain);
        _people = new(world);
        Checks = new(world, store, Chain);
    }

    internal SimChain Chain { get; }

    internal CashChecks Checks { get; }

    private CashBooks Books => _store.Cash;

    /// <summary>Everybody's first credit: deposits that nobody sampled a rate for, credited by somebody's
    /// word.</summary>
    internal void Fund()
    {
        Chain.Grow(Books.Now, block => [.. _traffic.Customers.Select((customer, index) =>
            Transfer(block, index, customer, customer.Deposit))]);
        Settle();
    }

    /// <summary>One of all that.</summary>
    internal void Step()
    {
        switch (_world.Dice.Below(100))
        {
            case < 22:
                MoveChain();
                break;
            case < 50:
                _world.Dice.Pick(_watchers).Round();
                break;
            case < 53:
                _world.Dice.Pick(_watchers).Kill();
                break;
            case < 60:
                Sample();
                break;
            case < 70:
                Ask(() => Books.RollUp(_store.NameOf(Pick().Org)));
                break;
            case < 76:
                Refund();
                break;
            case < 90:
                Payouts();
                break;
            case < 93:
                Promotions();
                break;
            case < 97:
                Judge();
                break;
            default:
                Pick().RaiseCaps();
                break;
        }
    }

    /// <summary>Lets its processes run on.</summary>
    internal void Run()
    {
        foreach (var watcher in _watchers)
        {
            watcher.Process.Run();
        }

        _signer.Process.Run();
        _people.Run();
    }

    /// <summary>Nothing fails any more: every block is taken, what waits is decided, payouts end, lots pay.</summary>
    internal void Settle()
    {
        CatchUp();
        foreach (var line in Books.InState("awaiting_rate"))
        {
            Books.CreditAt(line.Row.Id, new(_market.Price));
        }

        PayOut();
        foreach (var customer in _traffic.Customers)
        {
            Books.RollUp(_store.NameOf(customer.Org));
        }
    }

    /// <summary>Forgets what is over: it was checked.</summary>
    internal void Forget()
    {
        Chain.Forget(block => block.Transfers.All(one => one.Amount.Value == 0 || Books.IsDone(one)));
        Books.Forget(Chain);
        Checks.Forget();
    }

    // Best blocks come and go, and become final a few blocks later, now and then many at once.
    private void MoveChain()
    {
        if (Chain.Best > Chain.Height && _world.Dice.OneIn(8))
        {
            Chain.Reorganise();
        }

        Chain.Grow(Books.Now, Transfers);
        var lag = _world.Dice.OneIn(6) ? _world.Dice.Between(0, MostUnfinal) : UsualUnfinal;
        while (Chain.Best - Chain.Height > lag)
        {
            Chain.FinalizeNext();
        }
    }

    private void CatchUp()
    {
        while (Chain.Best > Chain.Height)
        {
            Chain.FinalizeNext();
        }

        for (var steps = 0; Books.State.Hash is null || Books.State.Height < Chain.Height; steps++)
        {
            _world.Require(
                steps < MostWatcherSteps, "I10", $"Block {Books.State.Height + 1} is final and never taken.");
            _watchers[0].Kill();
            _watchers[0].Round();
            _watchers[0].Process.Run();
            if (_world.Failure is { } failure)
            {
                throw failure;
            }
        }
    }

    private void PayOut()
    {
        for (var steps = 0; Books.State.Payouts.Values.Any(payout => !PayoutRule.IsFinal(payout.State)
            && payout.State is not (PayoutState.Requested or PayoutState.Approved1)); steps++)
        {
            _world.Require(steps < MostPayoutSteps, "I17", "Nothing fails, and a payout never ends.");
            Chain.Grow(Books.Now, _ => []);
            CatchUp();
            _signer.Kill();
            _signer.Round();
            _signer.Process.Run();
        }
    }

    private Customer Pick() => _world.Dice.Pick(_traffic.Customers);

    private void Ask<T>(Func<T> operation) => _people.Begin(async () =>
    {
        try
        {
            await _calls.AskAsync(_people, operation);
        }
        catch (BillingUnavailableException)
        {
            // Whoever asked looks again, another day.
        }
    });

    // Who has too little sends more: at once, in equal parts, or as dust; sometimes to nobody, or nothing.
    private List<FinalizedTransfer> Transfers((long Height, string Hash) block)
    {
        var transfers = new List<FinalizedTransfer>();
        for (var senders = _world.Dice.Below(4); senders > 0; senders--)
        {
            var customer = Pick();
            var account = _store.State.Accounts[_store.NameOf(customer.Org)];
            if (account.Row.Available < customer.Deposit && account.Credited < long.MaxValue / 4)
            {
                var parts = _world.Dice.OneIn(3) ? 1 + _world.Dice.Below(4) : 1;
                for (; parts > 0; parts--)
                {
                    transfers.Add(Odd(Transfer(block, transfers.Count, customer, customer.Deposit)));
                }
            }
            else if (_world.Dice.OneIn(4))
            {
                var dust = _world.Dice.Between(0, DepositRule.MinimumRao / 2);
                transfers.Add(Transfer(block, transfers.Count, customer, 0) with { Amount = new(dust) });
            }
        }

        return transfers;
    }

    private FinalizedTransfer Odd(FinalizedTransfer transfer) => _world.Dice.Below(24) switch
    {
        0 => transfer with
        {
            Org = default,
            Address = SimAddresses.Parent,
            Anomaly = DepositAnomaly.Unattributed,
        },
        1 => transfer with { Sender = SimAddresses.Listed, Anomaly = DepositAnomaly.Sanctions },
        _ => transfer,
    };

    private FinalizedTransfer Transfer(
        (long Height, string Hash) block, int index, Customer customer, long credit) => new(
            SimRuntime.Genesis.ToString(), block.Hash, block.Height, index,
            SimAddresses.AddressOf(customer), customer.Org,
            credit == 0 ? new(0) : new FxRate(_market.Price).ToRao(new(credit)), null,
            DateTimeOffset.FromUnixTimeMilliseconds(Books.Now))
        {
            Sender = SimAddresses.Sender,
        };

    // Now and then nobody samples for longer than a sample serves.
    private void Sample()
    {
        _market.Move();
        if (_world.Clock.Now < _sampled)
        {
            return;
        }

        _sampled = _world.Clock.Now + (_world.Dice.OneIn(10) ? TimeSpan.TicksPerSecond : 0);
        var sights = _market.Ask(Books.Now);
        Ask(() => Books.Sample(sights));
    }

    private void Refund()
    {
        var customer = Pick();
        if (_world.Dice.OneIn(2))
        {
            // As a refund asks all replicas for what they do not use.
            _store.State.Accounts[_store.NameOf(customer.Org)].Row.IsPressed = true;
        }

        long? amount = _world.Dice.OneIn(8) ? null : _world.Dice.Between(1, customer.Deposit);
        var person = _world.Dice.Pick(People);
        Ask(() => Books.Ask(customer.Org, amount, person));
    }

    private void Payouts()
    {
        var open = Books.State.Payouts.Values.Where(payout => !PayoutRule.IsFinal(payout.State)).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var (id, person) = (_world.Dice.Pick(open).Id, _world.Dice.Pick(People));
        switch (_world.Dice.Below(16))
        {
            case 0:
                Ask(() => Books.Cancel(id));
                break;
            case 1:
                _signer.Kill();
                break;
            case < 9:
                Ask(() => Books.Approve(id, person));
                break;
            default:
                _signer.Round();
                break;
        }
    }

    private void Promotions()
    {
        var customer = Pick();
        if (_world.Dice.OneIn(2))
        {
            Ask(() => Books.Expire(_store.NameOf(customer.Org)));
            return;
        }

        var (credit, rate) = (_world.Dice.Between(1, 100_000_000), new FxRate(_market.Price));
        var expires = Books.Now + _world.Dice.Between(1, 7_200_000);
        Ask(() => Books.Grant(customer.Org, credit, rate, expires));
    }

    private void Judge()
    {
        Ask(() =>
        {
            Books.ExamineWaiting();
            return true;
        });
        if (Books.State.Samples.Find(line => line.IsHeld) is { } held && _world.Dice.OneIn(2))
        {
            Books.Release(held.Sample.Id);
        }
        else if (Books.InState("awaiting_rate") is { Count: > 0 } waiting && _world.Dice.OneIn(3))
        {
            var (id, rate) = (_world.Dice.Pick(waiting).Row.Id, new FxRate(_market.Price));
            Ask(() => Books.CreditAt(id, rate));
        }
        else if (Books.InState("quarantined") is { Count: > 0 } odd)
        {
            var (row, org) = (_world.Dice.Pick(odd).Row, Pick().Org);
            Ask(() => row.Org is null && _world.Dice.OneIn(2)
                ? Books.Claim(row.Id)
                : Books.Attribute(row.Id, row.Org is null ? org : DepositSql.Parse(row.Org)));
        }
    }
}
