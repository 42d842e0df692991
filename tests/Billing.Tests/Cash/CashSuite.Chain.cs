namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    private const string Genesis = "0xchain";
    private const string Parent = "5Parent";

    private DepositDesk Blocks => new(Store, Taking);

    private AddressDesk Addresses => new(Store, new Derived(Parent));

    [Fact]
    public async Task A_block_goes_in_once_upon_its_parent_with_all_it_brings()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        await Blocks.BeginAsync(new(Genesis, 7, "0x7"), Token);
        await Blocks.BeginAsync(new(Genesis, 9, "0x9"), Token);
        var address = (await Addresses.AddAsync(org, Token))!.Address;
        var eight = Block(8, at, new(0, "5Sender", address, new(Enough)), new(3, "5Sender", address, new(Enough)));

        Assert.False(await Blocks.TakeAsync(Block(9, at), Token));
        Assert.False(await Blocks.TakeAsync(eight with { ParentHash = "0xother" }, Token));
        Assert.Equal(0, await NumberAsync("SELECT count(*) FROM deposit"));
        Assert.True(await Blocks.TakeAsync(eight, Token));
        Assert.False(await Blocks.TakeAsync(eight, Token));
        Assert.True(await Blocks.TakeAsync(Block(9, at), Token));

        Assert.Equal(2 * Enough, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(new ChainCursor(Genesis, 9, "0x9"), await Blocks.CursorAsync(Genesis, Token));
        Assert.Null(await Blocks.CursorAsync("0xelsewhere", Token));
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task Of_two_watchers_one_takes_a_block_in()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var address = (await Addresses.AddAsync(org, Token))!.Address;
        var blocks = Enumerable.Range(1, 20).Select(height =>
            Block(height, at, new BlockTransfer(1, "5Sender", address, new(Enough)))).ToList();

        // Each takes every block as often as it must until somebody has: the loser finds the books moved on.
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (await Blocks.CursorAsync(Genesis, Token) is { Height: < 20 } cursor)
            {
                await Blocks.TakeAsync(blocks[(int)cursor.Height], Token);
            }
        }, Token)));

        Assert.Equal(20, await NumberAsync("SELECT count(*) FROM deposit WHERE state = 'credited'"));
        Assert.Equal(20 * Enough, (await BalanceAsync(org)).Available.Value);
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task A_block_that_dies_on_the_way_leaves_nothing()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var address = (await Addresses.AddAsync(org, Token))!.Address;

        // The second transfer cannot be booked: more than 64 bits in all.
        var block = Block(1, at, new(0, "5S", address, new(Enough)), new(1, "5S", address, new(long.MaxValue)));
        await Assert.ThrowsAnyAsync<Exception>(() => Blocks.TakeAsync(block, Token));

        Assert.Equal(0, await NumberAsync("SELECT count(*) FROM deposit"));
        Assert.Equal(0, (await Blocks.CursorAsync(Genesis, Token))!.Height);
    }

    [Fact]
    public async Task What_is_not_TAO_is_kept_apart_and_what_nobody_knows_waits_for_a_person()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var address = (await Addresses.AddAsync(org, Token))!.Address;

        Assert.True(await Blocks.TakeAsync(Block(1, at,
            new(0, "5S", address, new(77)) { Asset = "alpha/4" }, new(1, "5S", Parent, new(Enough))), Token));

        Assert.Equal(0, (await BalanceAsync(org)).Available.Value);
        Assert.Equal("alpha/4|77", await TextAsync(
            $"SELECT asset || '|' || CAST(amount AS text) FROM foreign_deposit WHERE org = '{org}'"));
        var line = Assert.Single(await Store.ReadAsync(
            session => DepositListSql.ForeignAsync(session, org, address, 5), Token));
        Assert.Equal((1, 0, address, "alpha/4", 77), (
            line.Height, line.EventIndex, line.Address, line.Asset, line.Worth.Value));
        Assert.Empty(await Store.ReadAsync(
            session => DepositListSql.ForeignAsync(session, NewOrg(), address, 5), Token));
        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM deposit WHERE anomaly = 'unattributed'"));
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task A_halt_stands_for_everybody_until_a_person_lifts_it()
    {
        var at = await SampleAsync(1_000);
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        Assert.True(await Blocks.HaltAsync(Genesis, HaltScope.Deposits, 1, "nodes differ", Token));
        Assert.False(await Blocks.HaltAsync(Genesis, HaltScope.Deposits, 1, "nodes differ again", Token));

        Assert.False(await Blocks.TakeAsync(Block(1, at), Token));
        Assert.Equal("nodes differ", Assert.Single(await Blocks.HaltsAsync(Genesis, Token)).Reason);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Blocks.LiftAsync(Genesis, HaltScope.Deposits, "ada", " ", Token));
        Assert.False(await Blocks.TakeAsync(Block(1, at), Token));
        Assert.True(await Blocks.LiftAsync(Genesis, HaltScope.Deposits, "Ada", "the node was replaced", Token));
        Assert.False(await Blocks.LiftAsync(Genesis, HaltScope.Deposits, "Ada", "the node was replaced", Token));

        Assert.True(await Blocks.TakeAsync(Block(1, at), Token));
        Assert.Empty(await Blocks.HaltsAsync(Genesis, Token));
        Assert.Equal("ada|lift_halt", await TextAsync("SELECT person || '|' || act FROM operator_act"));
        Assert.True(await Blocks.HaltAsync(Genesis, HaltScope.Deposits, 2, "again", Token));
    }

    [Fact]
    public async Task An_address_is_nobody_elses_and_is_counted_in_the_order_of_commits()
    {
        Assert.Null(await Addresses.AddAsync(NewOrg(), Token));
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var orgs = Enumerable.Range(0, 6).Select(_ => NewOrg()).ToList();

        await Task.WhenAll(orgs.SelectMany(org => Enumerable.Range(0, 5).Select(_ =>
            Task.Run(() => Addresses.AddAsync(org, Token)))));

        var all = await Addresses.ListAfterAsync(0, 100, Token);
        Assert.Equal(Enumerable.Range(1, 30).Select(n => (long)n), all.Select(address => address.Number));
        Assert.Equal(Enumerable.Range(0, 30).Select(n => (long)n), all.Select(address => address.Place));
        Assert.Equal(30, all.Select(address => address.Address).Distinct().Count());
        Assert.All(orgs, org => Assert.Equal(5, all.Count(address => address.Org == org)));
        Assert.Equal(3, (await Addresses.ListAfterAsync(27, 100, Token)).Count);
        Assert.Null(await new AddressDesk(Store, null).AddAsync(orgs[0], Token));
    }

    [Fact]
    public async Task The_first_address_is_made_once_and_a_forged_one_is_not_shown()
    {
        var org = NewOrg();
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var newest = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            Task.Run(() => Addresses.NewestAsync(org, Token))));
        Assert.Single(newest, one => one!.Value.IsNew);
        Assert.Single(newest.Select(one => one!.Value.Address.Address).Distinct());

        await ExecuteAsync("UPDATE deposit_address SET address = '5Thief'");
        Assert.Empty(await Addresses.ListAsync(org, Token));
        Assert.True((await Addresses.NewestAsync(org, Token))!.Value.IsNew);
    }

    [Fact]
    public async Task A_surplus_is_quarantined_once_and_the_holdings_count_it()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var address = (await Addresses.AddAsync(org, Token))!.Address;
        await Blocks.TakeAsync(Block(1, at, new BlockTransfer(0, "5S", address, new(Enough))), Token);
        var (cursor, holdings) = (await Blocks.HoldingsAsync(Genesis, Token))!.Value;
        Assert.Equal(new AddressHolding(address, new(Enough)), Assert.Single(holdings));

        Assert.True(await Blocks.SurplusAsync(cursor, address, new(5), at, Token));
        Assert.False(await Blocks.SurplusAsync(cursor, address, new(5), at, Token));
        Assert.False(await Blocks.SurplusAsync(cursor, "5Nobody", new(5), at, Token));

        Assert.Equal(Enough + 5, (await Blocks.HoldingsAsync(Genesis, Token))!.Value.Holdings[0].Amount.Value);
        Assert.Equal(Enough, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM deposit WHERE anomaly = 'drift'"));
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task A_surplus_found_at_a_block_that_the_books_are_past_is_left_to_be_found_again()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var address = (await Addresses.AddAsync(org, Token))!.Address;
        await Blocks.TakeAsync(Block(1, at, new BlockTransfer(0, "5S", address, new(Enough))), Token);
        var (first, _) = (await Blocks.HoldingsAsync(Genesis, Token))!.Value;
        await Blocks.TakeAsync(Block(2, at), Token);
        var (second, _) = (await Blocks.HoldingsAsync(Genesis, Token))!.Value;

        // Two watchers have seen the same 5 rao, each at its own block.
        Assert.False(await Blocks.SurplusAsync(first, address, new(5), at, Token));
        Assert.True(await Blocks.SurplusAsync(second, address, new(5), at, Token));
        Assert.False(await Blocks.SurplusAsync(first, address, new(5), at, Token));

        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM deposit WHERE anomaly = 'drift'"));
        Assert.Equal(Enough + 5, (await Blocks.HoldingsAsync(Genesis, Token))!.Value.Holdings[0].Amount.Value);
    }

    [Fact]
    public async Task What_was_swept_is_booked_with_its_block_and_with_nothing_else()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var address = (await Addresses.AddAsync(org, Token))!.Address;
        await Blocks.TakeAsync(Block(1, at, new BlockTransfer(0, "5S", address, new(Enough))), Token);

        // The signer is faster than the watcher: at block 1 the address still holds everything.
        await OwnMoneyAsync(100);
        await new PayoutDesk(Store).SweptAsync(new("0xsweep", [new("5Signatory", new(40))]), Token);
        Assert.Equal(Enough, (await Blocks.HoldingsAsync(Genesis, Token))!.Value.Holdings[0].Amount.Value);

        var swept = Block(2, at) with { Sweeps = [new(4, address, "5Cold", new(Enough - 500))] };
        Assert.True(await Blocks.TakeAsync(swept, Token));
        Assert.False(await Blocks.TakeAsync(swept, Token));

        Assert.Equal(500, (await Blocks.HoldingsAsync(Genesis, Token))!.Value.Holdings[0].Amount.Value);
        Assert.Equal(Enough - 500, await BookedAsync("chain/5Cold"));
        Assert.Equal(Enough, (await BalanceAsync(org)).Available.Value);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Blocks.TakeAsync(
            Block(3, at) with { Sweeps = [new(0, address, "5Cold", new(0))] }, Token));
        Assert.Empty(await AuditAsync());
    }

    private static FinalizedBlock Block(long height, DateTimeOffset at, params BlockTransfer[] transfers) =>
        new(Genesis, height, $"0x{height}", $"0x{height - 1}", at, transfers);

    private sealed class Derived(string? parent) : IDepositAddressSource
    {
        public const long Last = 1_000_000;

        public string? Parent => parent;

        public long Count => Last + 1;

        public string? AddressOf(string above, long place) => place <= Last ? $"{above}/{place}" : null;
    }
}
