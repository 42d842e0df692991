using CsCheck;
using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    private const int Orgs = 3;
    private const int Scenarios = 25;

    private enum Act
    {
        Credit,
        Reserve,
        Extend,
        Settle,
        SettleAgain,
        Sweep,
    }

    [Fact]
    public Task Random_scenarios_agree_with_a_model_of_four_numbers_an_organisation() =>
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, Orgs - 1], Gen.Long[0, 300], Gen.Int[0, 1_000]).Array[10, 60]
            .SampleAsync(PlayAsync, iter: Scenarios, threads: 1);

    private async Task PlayAsync((int Act, int Org, long Amount, int Pick)[] steps)
    {
        var other = await Node.StartOtherReplicaAsync();
        var play = new Play(Node, other);
        await play.StartAsync(Orgs);
        foreach (var (act, org, amount, pick) in steps)
        {
            // Half of all steps hold money, so that the others have something to act on.
            var chosen = act < 6 ? Act.Reserve : (Act)(act - 6);
            await play.DoAsync(chosen, org, amount, pick);
        }

        await play.AssertAsync();
        await Node.AssertBooksAsync();
        await other.StopAsync();
    }

    private sealed class Account(Payer payer)
    {
        internal Payer Payer { get; } = payer;

        internal long Credited { get; set; }

        internal long Available { get; set; }

        internal long Held { get; set; }

        internal long Spent => Credited - Available - Held;
    }

    private sealed class Held(Hold hold, Account account)
    {
        internal Hold Hold { get; } = hold;

        internal Account Account { get; } = account;

        internal bool IsClosed { get; set; }

        internal long? Charged { get; set; }
    }

    /// <summary>The ledger and its model, step by step.</summary>
    private sealed class Play(BillingNode node, Replica other)
    {
        private readonly List<Account> _accounts = [];
        private readonly List<Held> _holds = [];

        internal async Task StartAsync(int orgs)
        {
            for (var i = 0; i < orgs; i++)
            {
                _accounts.Add(new(await node.CreditNewAsync(500)) { Credited = 500, Available = 500 });
            }
        }

        internal Task DoAsync(Act act, int org, long amount, int pick) => act switch
        {
            Act.Credit => CreditAsync(_accounts[org], amount + 1),
            Act.Reserve => ReserveAsync(_accounts[org], amount, pick % 50),
            Act.Extend => ExtendAsync(Pick(pick, held => held.Charged is null), amount),
            Act.Settle => SettleAsync(Pick(pick, held => held.Charged is null), amount, pick),
            Act.SettleAgain => SettleAgainAsync(Pick(pick, held => held.Charged is not null)),
            Act.Sweep => SweepAsync(pick),
        };

        internal async Task AssertAsync()
        {
            foreach (var account in _accounts)
            {
                Assert.Equal(
                    new(new(account.Credited), new(account.Spent), new(account.Available), new(account.Held), new(0)),
                    await node.BalanceAsync(account.Payer.Org));
            }
        }

        private async Task CreditAsync(Account account, long amount)
        {
            await node.Ledger.CreditAsync(
                Some.Transfer(account.Payer.Org, amount), TestContext.Current.CancellationToken);
            account.Credited += amount;
            account.Available += amount;
        }

        private async Task ReserveAsync(Account account, long input, long first)
        {
            var answer = await node.ReserveAsync(account.Payer, node.Quote(input, 1_000, first));
            Assert.Equal(account.Available >= input + first, answer is Reserved.Held);
            if (answer is Reserved.Held { Hold: var hold })
            {
                account.Available -= input + first;
                account.Held += input + first;
                _holds.Add(new(hold, account));
            }
        }

        private async Task ExtendAsync(Held? held, long tokens)
        {
            if (held is not { Hold: var hold, Account: var account })
            {
                return;
            }

            var more = long.Max(0, tokens - hold.CoveredOutputTokens);
            var expected = more == 0 || (!held.IsClosed && account.Available >= more);
            Assert.Equal(expected, await node.Ledger.ExtendAsync(hold, tokens, CancellationToken.None));
            if (expected)
            {
                account.Available -= more;
                account.Held += more;
            }
        }

        private async Task SettleAsync(Held? held, long output, int pick)
        {
            if (held is not { Hold: var hold, Account: var account })
            {
                return;
            }

            var delivered = long.Min(output, hold.CoveredOutputTokens);
            var ending = (Ending)(pick % 4);
            var cost = ending switch
            {
                Ending.Complete => hold.Quote.InputTokensBound + delivered,
                Ending.Failed => 0,
                _ => delivered == 0 ? 0 : hold.Quote.InputTokensBound + delivered,
            };
            var settled = await node.SettleAsync(hold, hold.Quote.InputTokensBound, delivered, ending);
            var charge = held.IsClosed ? 0 : cost;
            var late = held.IsClosed && cost > 0;
            Assert.Equal(new(late ? SettleOutcome.Uncollectible : SettleOutcome.Settled, new(charge)), settled);
            held.Charged = charge;
            if (!held.IsClosed)
            {
                account.Held -= hold.Amount.Value;
                account.Available += hold.Amount.Value - charge;
            }
        }

        private async Task SettleAgainAsync(Held? held)
        {
            if (held is not null)
            {
                Assert.Equal(
                    new(SettleOutcome.AlreadySettled, new(held.Charged!.Value)),
                    await node.SettleAsync(held.Hold, 0, 0));
            }
        }

        private async Task SweepAsync(int pick)
        {
            // One sweep in four: a scenario in which every hold is late says little.
            if (pick % 4 != 0)
            {
                return;
            }

            await other.SweepAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
            foreach (var held in _holds.Where(held => held is { IsClosed: false, Charged: null }))
            {
                held.IsClosed = true;
                held.Account.Held -= held.Hold.Amount.Value;
                held.Account.Available += held.Hold.Amount.Value;
            }
        }

        private Held? Pick(int pick, Func<Held, bool> fits)
        {
            var fitting = _holds.Where(fits).ToList();
            return fitting.Count == 0 ? null : fitting[pick % fitting.Count];
        }
    }
}
