using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Kit;

/// <summary>Billing as one process has it, without a host. Disposing it is the process's death: nothing is given
/// back.</summary>
internal sealed class BillingNode : IAsyncDisposable
{
    internal static readonly ModelId Model = new("unit");
    internal static readonly ModelId Dear = new("dear");

    // 0.001 USD per million is one nano-USD a token: amounts in tests read as tokens.
    private static readonly SeedPrice[] Prices =
    [
        new(Model, new(1_000), new(1_000)),
        new(Dear, new(3_000), new(7_000)),
        new(new("free"), TokenPrice.Zero, TokenPrice.Zero),
    ];

    private readonly TimeProvider _time;
    private readonly IJournals _journals;
    private readonly List<BillingNode> _others = [];

    private BillingNode(
        BillingOptions options,
        ILedgerStore store,
        IReceiptSigner signer,
        TimeProvider time,
        IJournals? journals = null,
        IRecallSignal? signal = null)
    {
        _time = time;
        Options = options;
        Store = store;
        Books = new SqlBooks(store);
        Book = new(store, options);
        _journals = journals ?? new FileJournals(
            options.DataDirectory,
            new() { SegmentLength = options.SegmentLength, Durability = options.Durability },
            options.KeepJournals,
            time,
            NullLogger.Instance);
        Replica = new(Books, _journals, options, time, NullLogger<Replica>.Instance);
        var reservations = new Reservations(Replica, Books, options, time, NullLogger<Reservations>.Instance)
        {
            Signal = signal,
        };
        Ledger = new(new(store, options.FixedRate), Replica, reservations, Book, NullLogger<Ledger>.Instance);
        Statements = new(store, Replica, signer);
        Allowances = new(store, Replica);
        Audit = new(store);
    }

    internal BillingOptions Options { get; }

    internal ILedgerStore Store { get; }

    internal IBooks Books { get; }

    internal PriceBook Book { get; }

    internal Replica Replica { get; }

    internal Ledger Ledger { get; }

    internal Statements Statements { get; }

    internal Allowances Allowances { get; }

    internal LedgerAudit Audit { get; }

    internal static async Task<BillingNode> StartAsync(
        string directory,
        string connectionString,
        IReceiptSigner? signer = null,
        Func<ILedgerStore, ILedgerStore>? wrap = null,
        Durability durability = Durability.Write,
        TimeProvider? time = null,
        Func<BillingOptions, BillingOptions>? tune = null,
        IJournals? journals = null,
        IRecallSignal? signal = null)
    {
        time ??= TimeProvider.System;
        var options = new BillingOptions
        {
            DataDirectory = directory,
            ConnectionString = connectionString,
            Prices = Prices,
            StopWindow = TimeSpan.FromSeconds(2),
            RecallWait = TimeSpan.FromMilliseconds(5),
            SegmentLength = 1 << 20,
        };
        options = tune?.Invoke(options) ?? options;
        ILedgerStore store = connectionString.Length > 0
            ? new PostgresLedgerStore(connectionString, time)
            : new SqliteLedgerStore(directory, durability, time, NullLogger.Instance);
        var node = new BillingNode(
            options, wrap?.Invoke(store) ?? store, signer ?? new TestSigner(), time, journals, signal);
        try
        {
            await new BillingStart(node.Store, node.Book, node.Replica)
                .StartAsync(TestContext.Current.CancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another process on the same store, with a folder of its own; under the name of one that died, its next
    /// life.</summary>
    internal async Task<BillingNode> StartOtherAsync(string name, Func<ILedgerStore, ILedgerStore>? wrap = null)
    {
        var options = Options with { DataDirectory = Path.Combine(Options.DataDirectory, "other-" + name) };
        var store = new SharedStore(Store);
        var other = new BillingNode(options, wrap?.Invoke(store) ?? store, new TestSigner(), _time);
        _others.Add(other);
        await other.Book.LoadAsync(TestContext.Current.CancellationToken);
        await other.Replica.StartAsync();
        return other;
    }

    /// <summary>The last process that was started is killed, also when its start failed.</summary>
    internal void DieOther() => _others[^1].Die();

    internal LeaseKeeper NewKeeper() =>
        new(Replica, Book, Options, _time, NullLogger<LeaseKeeper>.Instance);

    /// <summary>As a host whose drain has used up all its time.</summary>
    internal Task StopAsync() => new BillingStart(Store, Book, Replica).StopAsync(new(canceled: true));

    internal Task<Balance> BalanceAsync(OrgId org) =>
        Statements.BalanceAsync(org, TestContext.Current.CancellationToken);

    /// <summary>An organisation with that much credit, by a deposit at one nano-USD a rao.</summary>
    internal async Task<Payer> CreditNewAsync(long nanoUsd)
    {
        var payer = new Payer(OrgId.Create(TimeProvider.System), KeyId.Create(TimeProvider.System));
        if (nanoUsd > 0)
        {
            await Ledger.CreditAsync(Some.Transfer(payer.Org, nanoUsd), TestContext.Current.CancellationToken);
        }

        return payer;
    }

    internal Quote Quote(long input, long output, long? first = null, ModelId? model = null) =>
        Assert.IsType<Quoted.Priced>(Ledger.Quote(new([model ?? Model], input, output, first ?? output, null))).Quote;

    /// <summary>What the books and the replicas do by themselves: everything that ended is applied.</summary>
    internal async Task<Balance> AppliedAsync(OrgId org)
    {
        await Replica.TickAsync();
        return await BalanceAsync(org);
    }

    internal Task<Reserved> ReserveAsync(Payer payer, Quote quote) => Ledger.ReserveAsync(
        payer, RequestId.Create(TimeProvider.System), quote, TestContext.Current.CancellationToken).AsTask();

    internal async Task<Hold> HoldAsync(Payer payer, long input, long output, long? first = null) =>
        Assert.IsType<Reserved.Held>(await ReserveAsync(payer, Quote(input, output, first))).Hold;

    internal Task<Settled> SettleAsync(Hold hold, long input, long output, Ending ending = Ending.Complete) =>
        Ledger.SettleAsync(Ledger.Price(hold, Some.Delivery(input, output, ending)), Commitments.None);

    internal async Task AssertBooksAsync() => Assert.Empty(await BooksCheck.RunAsync(Store, Audit));

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
        {
            other.Die();
        }

        Die();
        await Store.DisposeAsync();
    }

    /// <summary>The process is killed: its memory is gone, its folder and the store remain.</summary>
    internal void Die()
    {
        Replica.Dispose();
        (_journals as IDisposable)?.Dispose();
    }
}
