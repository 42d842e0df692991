namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    [Fact]
    public async Task Books_that_went_back_give_no_address_to_a_second_one_and_have_the_lost_ones_back()
    {
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var (mine, others) = (new MemoryLog(), new MemoryLog());
        var (desk, beside) = (Keeping(mine), Keeping(others));
        var orgs = Enumerable.Range(0, 6).Select(_ => NewOrg()).ToList();
        for (var n = 0; n < 5; n++)
        {
            Assert.Equal(n, (await desk.AddAsync(orgs[n], Token))!.Place);
        }

        // The other replica has given none and knows them all by looking.
        Assert.Equal(0, (await beside.ReturnAsync(Token)).Returned);
        await ExecuteAsync("DELETE FROM deposit_address WHERE place >= 2");

        Assert.Equal(5, (await beside.AddAsync(orgs[5], Token))!.Place);
        var back = await beside.ReturnAsync(Token);
        Assert.Equal((3, 0), (back.Returned, back.Taken.Count));
        Assert.Equal(0, (await Keeping(mine).ReturnAsync(Token)).Returned);
        for (var n = 0; n < 5; n++)
        {
            Assert.Equal(n, Assert.Single(await desk.ListAsync(orgs[n], Token)).Place);
        }

        Assert.Equal(6, (await desk.AddAsync(orgs[0], Token))!.Place);
        Assert.Equal(0, (await beside.ReturnAsync(Token)).Returned);
    }

    [Fact]
    public async Task An_address_that_others_have_meanwhile_is_told_and_stays_theirs()
    {
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var log = new MemoryLog();
        var (first, second) = (NewOrg(), NewOrg());
        var shown = (await Keeping(log).AddAsync(first, Token))!;
        await ExecuteAsync("DELETE FROM deposit_address");

        // A replica whose disk is as new as the books are old.
        Assert.Equal(shown.Address, (await Addresses.AddAsync(second, Token))!.Address);

        var back = await Keeping(log).ReturnAsync(Token);
        Assert.Equal((0, second), (back.Returned, Assert.Single(back.Taken).Org));
        Assert.Equal(1, (await Keeping(log).AddAsync(first, Token))!.Place);
    }

    [Fact]
    public async Task What_a_crash_kept_out_of_the_log_is_in_it_before_anybody_sees_it()
    {
        await Blocks.BeginAsync(new(Genesis, 0, "0x0"), Token);
        var log = new MemoryLog { IsFull = true };
        var org = NewOrg();
        var desk = Keeping(log);
        await Assert.ThrowsAsync<IOException>(() => desk.AddAsync(org, Token));
        await Assert.ThrowsAsync<IOException>(() => desk.ListAsync(org, Token));

        log.IsFull = false;
        var shown = Assert.Single(await desk.ListAsync(org, Token));
        Assert.Equal(new GivenAddress(Parent, shown.Place, org), Assert.Single(log.Read()));
    }

    private AddressDesk Keeping(MemoryLog log) => new(Store, new Derived(Parent), log);

    private sealed class MemoryLog : IAddressLog
    {
        private readonly List<GivenAddress> _given = [];

        public bool IsFull { get; set; }

        public IReadOnlyList<GivenAddress> Read() => [.. _given];

        public void Add(IReadOnlyList<GivenAddress> given)
        {
            if (IsFull)
            {
                throw new IOException("No space left.");
            }

            _given.AddRange(given);
        }
    }
}
