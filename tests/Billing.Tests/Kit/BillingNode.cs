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

    private BillingNode(BillingOptions options, ILedgerStore store, IReceiptSigner signer, TimeProvider time)
    {
        _time = time;
        Options = options;
        Store = store;
        Book = new(store, options);
        Replica = NewReplica();
        Ledger = new(store, Replica, Book, options, time, NullLogger<Ledger>.Instance);
        Statements = new(store, signer);
        Audit = new(store);
    }

    internal BillingOptions Options { get; }

    internal ILedgerStore Store { get; }

    internal PriceBook Book { get; }

    internal Replica Replica { get; }

    internal Ledger Ledger { get; }

    internal Statements Statements { get; }

    internal LedgerAudit Audit { get; }

    internal static async Task<BillingNode> StartAsync(
        string directory,
        string connectionString,
        IReceiptSigner? signer = null,
        Func<ILedgerStore, ILedgerStore>? wrap = null,
        Durability durability = Durability.Write,
        TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var options = new BillingOptions
        {
            DataDirectory = directory,
            ConnectionString = connectionString,
            Prices = Prices,
            SettleWindow = TimeSpan.FromSeconds(5),
            StopWindow = TimeSpan.FromSeconds(2),
        };
        ILedgerStore store = connectionString.Length > 0
            ? new PostgresLedgerStore(connectionString, time)
            : new SqliteLedgerStore(directory, durability, time, NullLogger.Instance);
        var node = new BillingNode(options, wrap?.Invoke(store) ?? store, signer ?? new TestSigner(), time);
        await new BillingStart(node.Store, node.Book, node.Replica)
            .StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    /// <summary>Another process's replica on the same store, registered and with no leases.</summary>
    internal async Task<Replica> StartOtherReplicaAsync()
    {
        var other = NewReplica();
        await other.SucceedAsync(null, TestContext.Current.CancellationToken);
        return other;
    }

    internal LeaseKeeper NewKeeper(Replica replica) =>
        new(replica, Book, Options, _time, NullLogger<LeaseKeeper>.Instance);

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

    internal Task<Reserved> ReserveAsync(Payer payer, Quote quote) => Ledger.ReserveAsync(
        payer, RequestId.Create(TimeProvider.System), quote, TestContext.Current.CancellationToken);

    internal async Task<Hold> HoldAsync(Payer payer, long input, long output, long? first = null) =>
        Assert.IsType<Reserved.Held>(await ReserveAsync(payer, Quote(input, output, first))).Hold;

    internal Task<Settled> SettleAsync(Hold hold, long input, long output, Ending ending = Ending.Complete) =>
        Ledger.SettleAsync(Ledger.Price(hold, Some.Delivery(input, output, ending)), Commitments.None);

    internal async Task AssertBooksAsync() =>
        Assert.Empty(await Audit.RunAsync(TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private Replica NewReplica() => new(Store, Options, _time, NullLogger<Replica>.Instance);
}
