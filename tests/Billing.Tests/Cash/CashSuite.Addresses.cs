namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    [Fact]
    public async Task A_list_gives_each_address_once_until_it_ends_and_a_longer_one_goes_on()
    {
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var orgs = Enumerable.Range(0, 6).Select(_ => NewOrg()).ToList();
        var desk = new AddressDesk(Store, new Listed("5Maker", 10));
        Assert.Equal(new AddressStock(10, 10), await desk.StockAsync(Token));

        var given = await Task.WhenAll(orgs.SelectMany(org => Enumerable.Range(0, 3).Select(_ =>
            Task.Run(() => desk.AddAsync(org, Token)))));

        Assert.Equal(8, given.Count(one => one is null));
        Assert.Equal(
            Enumerable.Range(0, 10).Select(n => $"5Listed{n}").Order(),
            given.OfType<DepositAddress>().Select(one => one.Address).Order());
        Assert.Equal(new AddressStock(0, 10), await desk.StockAsync(Token));
        Assert.Null(await desk.AddAsync(orgs[0], Token));
        Assert.Null(await desk.NewestAsync(NewOrg(), Token));

        var longer = new AddressDesk(Store, new Listed("5Maker", 12));
        Assert.Equal("5Listed10", (await longer.AddAsync(orgs[0], Token))!.Address);
        Assert.Equal(new AddressStock(1, 12), await longer.StockAsync(Token));
        Assert.Equal(11, (await Task.WhenAll(orgs.Select(org => longer.ListAsync(org, Token)))).Sum(one => one.Count));

        // An old list put in the new one's place gives nothing twice, and shows only what it has.
        var shorter = new AddressDesk(Store, new Listed("5Maker", 4));
        Assert.Null(await shorter.AddAsync(orgs[0], Token));
        Assert.Equal(4, (await Task.WhenAll(orgs.Select(org => shorter.ListAsync(org, Token)))).Sum(one => one.Count));
    }

    [Fact]
    public async Task A_list_of_another_maker_never_gives_an_address_that_was_given_before()
    {
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var org = NewOrg();
        var first = await new AddressDesk(Store, new Listed("5Maker", 2)).AddAsync(org, Token);

        var other = new AddressDesk(Store, new Listed("5Other", 2));
        Assert.Equal(("5Listed0", "5Listed1"), (first!.Address, (await other.AddAsync(org, Token))!.Address));
        Assert.Null(await other.AddAsync(org, Token));
        Assert.Equal(2, (await other.ListAfterAsync(0, 10, Token)).Count);
    }

    [Fact]
    public async Task Above_the_last_place_of_a_parent_nothing_is_given_out()
    {
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var org = NewOrg();
        var address = await Addresses.AddAsync(org, Token);
        await ExecuteAsync("UPDATE deposit_address SET place = 65535");
        Assert.Equal(65_536, (await Addresses.AddAsync(org, Token))!.Place);
        Assert.Equal(
            [(address!.Address, 65_535L), ($"{Parent}/65536", 65_536L)],
            await new PayoutDesk(Store).DepositPlacesAsync(Parent, Token));

        await ExecuteAsync($"UPDATE deposit_address SET place = {Derived.Last} WHERE place = 65536");
        Assert.Null(await Addresses.AddAsync(org, Token));
        Assert.Equal(0, (await Addresses.StockAsync(Token))!.Value.Left);
    }

    [Fact]
    public async Task Attack_38_No_refund_goes_to_an_address_that_was_given_out_or_to_its_parent()
    {
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var org = await FundAsync(10_000, 1_000);
        var unused = (await Addresses.AddAsync(NewOrg(), Token))!.Address;

        foreach (var destination in new[] { unused, Parent })
        {
            Assert.IsType<RefundAnswer.BadDestination>(
                await NewTreasury().RequestRefundAsync(org, null, destination, "key_1", Token));
        }

        Assert.Equal(0, await BookedAsync("refunds_clearing"));
    }

    [Fact]
    public async Task All_that_stands_still_is_in_one_list_and_lifted_by_name_with_a_reason()
    {
        var (halts, wallets) = (new HaltDesk(Store), new SignerHalts(Store));
        Assert.Empty(await halts.ListAsync(Token));
        Assert.True(await Blocks.HaltAsync(Genesis, HaltScope.Deposits, 1, "nodes differ", Token));
        Wait(TimeSpan.FromMilliseconds(1));
        Assert.True(await Blocks.HaltAsync(Genesis, HaltScope.Payouts, 1, "5 rao are missing", Token));
        Wait(TimeSpan.FromMilliseconds(1));
        Assert.True(await wallets.HaltAsync("5Hot", "nonce:0xab/cd", "somebody signs", Token));

        var open = await halts.ListAsync(Token);
        Assert.Equal(
            [(HaltKind.Deposits, Genesis), (HaltKind.Payouts, Genesis), (HaltKind.Wallet, "5Hot")],
            open.Select(halt => (halt.Stops, halt.Of)));
        Assert.Equal("5Hot/nonce:0xab/cd", open[2].Id);
        await Assert.ThrowsAsync<ArgumentException>(() => halts.LiftAsync(open[0].Id, "ada", " ", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => halts.LiftAsync(open[0].Id, "", "why", Token));
        Assert.Null(await halts.LiftAsync("halt_none", "ada", "why", Token));
        Assert.Null(await halts.LiftAsync("5Hot/nonce:0xab", "ada", "why", Token));
        Assert.Equal(3, (await halts.ListAsync(Token)).Count);

        foreach (var halt in open)
        {
            Assert.Equal(halt, await halts.LiftAsync(halt.Id, "Ada", "the node was replaced", Token));
            Assert.Null(await halts.LiftAsync(halt.Id, "Ada", "the node was replaced", Token));
        }

        Assert.Empty(await halts.ListAsync(Token));
        Assert.True((await wallets.ListAsync(Token)).Single().IsLifted);
        Assert.Equal(3, await NumberAsync(
            "SELECT count(*) FROM operator_act WHERE act = 'lift_halt' AND person = 'ada'"));

        // What comes again has another name, so that nobody lifts what he has not seen.
        Assert.True(await Blocks.HaltAsync(Genesis, HaltScope.Deposits, 2, "nodes differ", Token));
        Assert.NotEqual(open[0].Id, Assert.Single(await halts.ListAsync(Token)).Id);
        Assert.Null(await halts.LiftAsync(open[0].Id, "ada", "why", Token));
    }

    /// <summary>A list with an end.</summary>
    private sealed class Listed(string maker, int count) : IDepositAddressSource
    {
        public string? Parent => maker;

        public long Count => count;

        public string? AddressOf(string parent, long place) =>
            parent == maker && place < count ? $"5Listed{place}" : null;
    }
}
