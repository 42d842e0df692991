using Gateway.ChainBridge.Payouts;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>What the signer pays and what it does not, whatever the books say.</summary>
public sealed class SignerRuleTests
{
    private const long Amount = 1_000_000_000;

    public static TheoryData<string> Forgeries =>
        ["nobody", "one", "same twice", "stranger", "destination", "amount", "parts", "id", "requester"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Complaint_30_A_forged_row_pays_nothing_and_holds_up_nobody(string forgery)
    {
        await using var rig = await SignerRig.StartAsync();
        var (honest, forged) = (rig.Refund(Amount), Forge(rig, forgery));
        rig.Books.Add(forged);
        rig.Books.Add(honest);

        await rig.UntilAsync(() => rig.Books[honest.Id].Stage == OrderStage.Paid);

        Assert.Equal(OrderStage.Waiting, rig.Books[forged.Id].Stage);
        Assert.Equal(0, rig.Free(forged.Destination));
        Assert.Equal(1, rig.Signer.Status.Held);
    }

    [Fact]
    public async Task An_account_of_ours_is_no_destination()
    {
        await using var rig = await SignerRig.StartAsync();
        var own = rig.NewAccount();
        rig.Change(options => options with { OwnAccounts = [own] });
        var (order, circle) = (rig.Refund(Amount, own), rig.Refund(Amount, rig.Signer.Wallet));
        rig.Books.Add(order);
        rig.Books.Add(circle);

        await RunAsync(rig);

        Assert.Equal(
            (OrderStage.Waiting, OrderStage.Waiting), (rig.Books[order.Id].Stage, rig.Books[circle.Id].Stage));
    }

    [Fact]
    public async Task A_day_takes_no_more_than_its_cap_and_the_next_day_goes_on()
    {
        await using var rig = await SignerRig.StartAsync();
        rig.Change(options => options with { DailyRefunds = new Rao(2 * Amount) });
        var orders = Enumerable.Range(0, 3).Select(_ => rig.Refund(Amount)).ToArray();
        foreach (var order in orders)
        {
            rig.Books.Add(order);
        }

        await rig.UntilAsync(() => rig.Books[orders[1].Id].Stage == OrderStage.Paid);
        rig.Restart();
        await RunAsync(rig);
        Assert.Equal(OrderStage.Waiting, rig.Books[orders[2].Id].Stage);

        rig.Time.Advance(TimeSpan.FromHours(25));
        await rig.UntilAsync(() => rig.Books[orders[2].Id].Stage == OrderStage.Paid);
    }

    [Fact]
    public async Task A_refund_above_the_float_waits_for_it_and_holds_up_nobody()
    {
        await using var rig = await SignerRig.StartAsync();
        var (large, small) = (rig.Refund(SignerRig.Float + Amount), rig.Refund(Amount));
        rig.Books.Add(large);
        rig.Books.Add(small);

        await rig.UntilAsync(() => rig.Books[small.Id].Stage == OrderStage.Paid, most: 60);
        await RunAsync(rig);
        Assert.Equal((OrderStage.Waiting, 1), (rig.Books[large.Id].Stage, rig.Signer.Status.Held));

        rig.Give(rig.Signer.Wallet, SignerRig.Float);
        await rig.UntilAsync(() => rig.Books[large.Id].Stage == OrderStage.Paid, most: 60);
        Assert.Equal(0, rig.Signer.Status.Held);
    }

    [Fact]
    public async Task Miners_are_paid_in_one_batch_once_their_owner_is_a_day_old()
    {
        var neurons = Neurons(3);
        await using var rig = await SignerRig.StartAsync(neurons: neurons);
        var orders = neurons.Select(one => rig.Miner(one.Hotkey, one.Coldkey.ToString(), Amount)).ToArray();
        foreach (var order in orders)
        {
            rig.Books.Add(order);
        }

        var before = orders.Select(order => rig.Free(order.Destination)).ToArray();
        await RunAsync(rig);
        Assert.All(orders, order => Assert.Equal(OrderStage.Waiting, rig.Books[order.Id].Stage));

        rig.Time.Advance(TimeSpan.FromHours(24));
        await rig.UntilAsync(() => orders.All(order => rig.Books[order.Id].Stage == OrderStage.Paid));
        Assert.Single(orders.Select(order => rig.Books[order.Id].Extrinsic!.Hash).Distinct());
        Assert.Equal(before.Select(free => free + Amount), orders.Select(order => rig.Free(order.Destination)));
        Assert.Single(orders, order => rig.Books[order.Id].Fee.Value > 0);
    }

    [Fact]
    public async Task A_hotkey_with_another_owner_is_not_paid_to_the_old_one()
    {
        var neurons = Neurons(1);
        await using var rig = await SignerRig.StartAsync(neurons: neurons);
        rig.Change(options => options with { OwnerWait = TimeSpan.Zero });
        var moved = rig.Miner(neurons[0].Hotkey, rig.NewAccount(), Amount);
        var unknown = rig.Miner(AccountId.OfUri("//Nobody"), rig.NewAccount(), Amount);
        rig.Books.Add(moved);
        rig.Books.Add(unknown);

        await rig.UntilAsync(() => rig.Books[unknown.Id].Stage == OrderStage.Undone);

        Assert.Equal(OrderStage.Undone, rig.Books[moved.Id].Stage);
        Assert.Equal(0, rig.Free(moved.Destination));
    }

    [Fact]
    public async Task A_batch_with_an_order_that_the_chain_refuses_is_halved_until_the_others_are_paid()
    {
        var neurons = Neurons(5);
        await using var rig = await SignerRig.StartAsync(neurons: neurons);
        rig.Change(options => options with { OwnerWait = TimeSpan.Zero });

        // Below the existential deposit an account cannot begin.
        rig.Empty("//Cold//3");
        var orders = neurons.Select((one, n) =>
            rig.Miner(one.Hotkey, one.Coldkey.ToString(), n == 3 ? 1 : Amount)).ToArray();
        foreach (var order in orders)
        {
            rig.Books.Add(order);
        }

        await rig.UntilAsync(() => orders.All(
            order => rig.Books[order.Id].Stage is OrderStage.Paid or OrderStage.Undone), most: 2_000);

        Assert.Equal(OrderStage.Undone, rig.Books[orders[3].Id].Stage);
        Assert.Contains("BelowMinimum", rig.Books[orders[3].Id].Because, StringComparison.Ordinal);
        Assert.Equal(4, orders.Count(order => rig.Books[order.Id].Stage == OrderStage.Paid));
        Assert.Equal(0, rig.Free(orders[3].Destination));
    }

    [Fact]
    public async Task Books_that_went_back_in_time_are_told_what_was_signed_before_anything_else_is()
    {
        await using var rig = await SignerRig.StartAsync();
        var (paid, sent, next) = (rig.Refund(Amount), rig.Refund(Amount), rig.Refund(Amount));
        rig.Books.Add(paid);
        var backup = rig.Books.Backup();
        await rig.UntilAsync(() => rig.Books[paid.Id].Stage == OrderStage.Paid);
        rig.Books.Add(sent);
        await rig.DieAsync("after Broadcast");

        rig.Books.Restore(backup);
        rig.Books.Add(next);
        await rig.UntilAsync(() => rig.Books[next.Id].Stage == OrderStage.Paid);

        Assert.Equal((OrderStage.Paid, OrderStage.Paid), (rig.Books[paid.Id].Stage, rig.Books[sent.Id].Stage));
        Assert.Equal(
            (Amount, Amount, Amount),
            (rig.Free(paid.Destination), rig.Free(sent.Destination), rig.Free(next.Destination)));
    }

    [Fact]
    public async Task Books_that_cannot_have_what_was_signed_halt_the_wallet()
    {
        await using var rig = await SignerRig.StartAsync();
        var (paid, next) = (rig.Refund(Amount), rig.Refund(Amount));
        rig.Books.Add(paid);
        var backup = rig.Books.Backup();
        await rig.UntilAsync(() => rig.Books[paid.Id].Stage == OrderStage.Paid);

        rig.Books.Restore(backup);
        rig.Books.Cancel(paid.Id);
        rig.Books.Add(next);
        await RunAsync(rig);

        Assert.Equal($"books:{paid.Id}", Assert.Single(rig.Books.OpenHalts));
        Assert.Equal(OrderStage.Waiting, rig.Books[next.Id].Stage);
    }

    [Fact]
    public async Task An_old_log_with_old_books_pays_nothing_again()
    {
        await using var rig = await SignerRig.StartAsync();
        var (first, second) = (rig.Refund(Amount), rig.Refund(Amount));
        rig.Books.Add(first);
        await rig.UntilAsync(() => rig.Books[first.Id].Stage == OrderStage.Paid);
        rig.Books.Add(second);
        var log = await File.ReadAllBytesAsync(rig.LogFile, TestContext.Current.CancellationToken);
        var books = rig.Books.Backup();
        await rig.UntilAsync(() => rig.Books[second.Id].Stage == OrderStage.Paid);

        rig.Signer.Dispose();
        await File.WriteAllBytesAsync(rig.LogFile, log, TestContext.Current.CancellationToken);
        rig.Books.Restore(books);
        rig.Restart();
        await RunAsync(rig);

        Assert.Equal("gap:2", Assert.Single(rig.Books.OpenHalts));
        Assert.Equal(Amount, rig.Free(second.Destination));
    }

    [Fact]
    public async Task A_signer_without_its_log_takes_over_what_the_books_say_is_signed()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.DieAsync("after Signed");
        var hash = rig.Books[order.Id].Extrinsic!.Hash;

        rig.LoseLog();
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);

        Assert.Equal((hash, Amount), (rig.Books[order.Id].Extrinsic!.Hash, rig.Free(order.Destination)));
    }

    [Fact]
    public async Task A_changed_log_is_refused_and_a_torn_end_is_not()
    {
        await using var rig = await SignerRig.StartAsync();
        var order = rig.Refund(Amount);
        rig.Books.Add(order);
        await rig.UntilAsync(() => rig.Books[order.Id].Stage == OrderStage.Paid);
        var path = Path.Combine(rig.FileOf("log"), "payouts.log");
        rig.Signer.Dispose();
        await File.AppendAllTextAsync(path, "00aa {\"Kind\":", TestContext.Current.CancellationToken);
        rig.Restart();
        rig.Signer.Dispose();

        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            path, text.Replace(order.Id, "pay_0", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        Assert.Throws<InvalidDataException>(rig.Restart);
    }

    private static GenesisNeuron[] Neurons(int count) =>
    [
        .. Enumerable.Range(0, count).Select(n =>
            new GenesisNeuron(AccountId.OfUri($"//Hot//{n}"), AccountId.OfUri($"//Cold//{n}"))),
    ];

    private static PayoutOrder Forge(SignerRig rig, string forgery)
    {
        var order = rig.Refund(Amount);
        return forgery switch
        {
            "nobody" => order with { Approvals = [new("person-0", null), new("person-1", null)] },
            "one" => rig.Approve(order, 0),
            "same twice" => rig.Approve(order, 0, 0),
            "stranger" => rig.Approve(order, 0, 2),
            "destination" => order with { Destination = rig.NewAccount() },
            "amount" => order with { Amount = new(Amount + 1) },
            "parts" => order with { Parts = [new("lot_2", new(Amount), new(7))] },
            "id" => order with { Id = order.Id + "0" },
            _ => order with { RequestedBy = "person-0" },
        };
    }

    private static async Task RunAsync(SignerRig rig)
    {
        for (var round = 0; round < 8; round++)
        {
            await rig.RoundAsync();
            rig.Produce(1);
        }
    }
}
