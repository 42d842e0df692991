using CsCheck;
using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    private const int Orgs = 3;
    private const int Scenarios = 25;
    private const int Processes = 2;

    private int _plays;

    private enum Act
    {
        Credit,
        Reserve,
        Extend,
        Settle,
        SettleAgain,
        Round,
        Recall,
        Crash,
        GiveUp,
    }

    [Fact]
    public Task Complaint_12_Random_scenarios_agree_with_a_model_of_four_numbers_an_organisation() =>
        Gen.Select(Gen.Int[0, 16], Gen.Int[0, Orgs - 1], Gen.Long[0, 300], Gen.Int[0, 1_000]).Array[10, 60]
            .SampleAsync(PlayAsync, iter: Scenarios, threads: 1);

    private async Task PlayAsync((int Act, int Org, long Amount, int Pick)[] steps)
    {
        var play = new Play(this, $"{++_plays}");
        await play.StartAsync();
        foreach (var (act, org, amount, pick) in steps)
        {
            // Half of all steps hold money, so that the others have something to act on.
            await play.DoAsync(act < 8 ? Act.Reserve : (Act)(act - 8), org, amount, pick);
        }

        await play.AssertAsync();
        await Node.AssertBooksAsync();
        await play.StopAsync();
    }

    private sealed class Account(Payer payer, long credited)
    {
        internal Payer Payer { get; } = payer;

        internal long Credited { get; set; } = credited;

        internal long Available { get; set; } = credited;

        internal long Held { get; set; }

        internal long Spent => Credited - Available - Held;
    }

    private sealed class Held(Hold hold, Account account, int process)
    {
        internal Hold Hold { get; } = hold;

        internal Account Account { get; } = account;

        internal int Process { get; } = process;

        /// <summary>Its process lives, and has not been given up since.</summary>
        internal bool IsCovered { get; set; } = true;

        internal long? Charged { get; set; }
    }

    /// <summary>Two processes on one store and their model, step by step.</summary>
    private sealed class Play(LedgerStoreSuite suite, string name)
    {
        private readonly BillingNode[] _processes = new BillingNode[Processes];
        private readonly List<Account> _accounts = [];
        private readonly List<Held> _holds = [];

        internal async Task StartAsync()
        {
            for (var i = 0; i < Processes; i++)
            {
                _processes[i] = await suite.Node.StartOtherAsync($"{name}-{i}");
            }

            // Poor, nearly broke and rich: each is granted to in its own way.
            foreach (var credit in (long[])[500, 2_000, 50_000_000])
            {
                _accounts.Add(new(await suite.Node.CreditNewAsync(credit), credit));
            }
        }

        internal Task DoAsync(Act act, int org, long amount, int pick) => act switch
        {
            Act.Credit => CreditAsync(_accounts[org], amount + 1),
            Act.Reserve => ReserveAsync(_accounts[org], amount, pick),
            Act.Extend => ExtendAsync(Pick(pick, held => held is { Charged: null, IsCovered: true }), amount),
            Act.Settle => SettleAsync(Pick(pick, held => held.Charged is null), amount, pick),
            Act.SettleAgain => SettleAgainAsync(Pick(pick, held => held.Charged is not null)),
            Act.Round => RoundAsync(_processes[pick % Processes]),
            Act.Recall => RecallAsync(_accounts[org]),
            Act.Crash => CrashAsync(pick % Processes),
            Act.GiveUp => pick % 4 == 0 ? GiveUpAsync() : Task.CompletedTask,
        };

        internal async Task AssertAsync()
        {
            foreach (var process in _processes)
            {
                await RoundAsync(process);
            }

            foreach (var account in _accounts)
            {
                var expected = new Balance(
                    new(account.Credited), new(account.Spent), new(account.Available), new(account.Held), new(0));
                Assert.Equal(expected, await suite.Node.BalanceAsync(account.Payer.Org));
                Assert.All(
                    await Task.WhenAll(_processes.Select(process => process.BalanceAsync(account.Payer.Org))),
                    balance => Assert.Equal(expected, balance));
            }
        }

        internal async Task StopAsync()
        {
            foreach (var held in _holds.Where(held => held.Charged is null))
            {
                await _processes[held.Process].SettleAsync(held.Hold, 0, 0, Ending.Failed);
            }

            foreach (var process in _processes)
            {
                await process.StopAsync();
            }
        }

        private async Task CreditAsync(Account account, long amount)
        {
            await suite.Node.Ledger.CreditAsync(
                Some.Transfer(account.Payer.Org, amount), TestContext.Current.CancellationToken);
            account.Credited += amount;
            account.Available += amount;
        }

        // Money lies unused at the other process unless it was asked to give it back.
        private async Task ReserveAsync(Account account, long input, int pick)
        {
            var first = pick % 50;
            var isRecalled = pick % 3 != 0;
            if (isRecalled)
            {
                await RecallAsync(account);
            }

            var process = pick % Processes;
            var answer = await _processes[process].ReserveAsync(
                account.Payer, _processes[process].Quote(input, 1_000, first));
            if (isRecalled)
            {
                Assert.Equal(account.Available >= input + first, answer is Reserved.Held);
            }

            if (answer is Reserved.Held { Hold: var hold })
            {
                Assert.True(account.Available >= input + first);
                account.Available -= input + first;
                account.Held += input + first;
                _holds.Add(new(hold, account, process));
            }
        }

        private async Task ExtendAsync(Held? held, long tokens)
        {
            if (held is not { Hold: var hold, Account: var account })
            {
                return;
            }

            await RecallAsync(account);
            var more = long.Max(0, tokens - hold.CoveredOutputTokens);
            var expected = more == 0 || account.Available >= more;
            Assert.Equal(
                expected, await _processes[held.Process].Ledger.ExtendAsync(hold, tokens, CancellationToken.None));
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
            Assert.Equal(
                new(SettleOutcome.Settled, new(cost)),
                await _processes[held.Process].SettleAsync(hold, hold.Quote.InputTokensBound, delivered, ending));
            held.Charged = cost;
            if (held.IsCovered)
            {
                account.Held -= hold.Amount.Value;
                account.Available += hold.Amount.Value - cost;
            }
        }

        private async Task SettleAgainAsync(Held? held)
        {
            if (held is not null)
            {
                Assert.Equal(
                    new(SettleOutcome.AlreadySettled, new(held.Charged!.Value)),
                    await _processes[held.Process].SettleAsync(held.Hold, 0, 0));
            }
        }

        private static async Task RoundAsync(BillingNode process)
        {
            await process.Replica.TickAsync();
            await process.Replica.BeatAsync();
        }

        private async Task RecallAsync(Account account)
        {
            foreach (var process in _processes)
            {
                await process.Replica.RecallAsync(account.Payer.Org);
            }
        }

        // What was settled stays settled, what was held is void.
        private async Task CrashAsync(int process)
        {
            _processes[process].Die();
            foreach (var held in _holds.Where(held => held.Process == process && held.Charged is null))
            {
                Uncover(held);
            }

            _holds.RemoveAll(held => held.Process == process);
            _processes[process] = await suite.Node.StartOtherAsync($"{name}-{process}");
        }

        // Nobody is heard of for a day; when they come back, what was held is our loss.
        private async Task GiveUpAsync()
        {
            foreach (var process in _processes)
            {
                await RoundAsync(process);
            }

            await suite.ForceCloseAllAsync();
            foreach (var process in _processes)
            {
                await RoundAsync(process);
            }

            foreach (var held in _holds.Where(held => held.Charged is null))
            {
                Uncover(held);
            }
        }

        private static void Uncover(Held held)
        {
            if (held.IsCovered)
            {
                held.IsCovered = false;
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
