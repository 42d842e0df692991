using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    private const long Enough = DepositRule.MinimumRao;

    private static int _blocks;

    private Deposits Taking => new(Store, null);

    [Fact]
    public async Task Attack_37_Dust_accumulates()
    {
        var (org, at) = (NewOrg(), await SampleAsync(400_000));
        Assert.Equal(DepositState.BelowMinimum, await TakeAsync(Transfer(org, 1, at)));
        Assert.Equal(DepositState.BelowMinimum, await TakeAsync(Transfer(org, Enough - 2, at)));
        Assert.Equal(DepositState.BelowMinimum, await TakeAsync(Transfer(org, 7, at) with { Address = "5Other" }));
        Assert.Equal(0, (await BalanceAsync(org)).Credited.Value);
        Assert.Empty(await AuditAsync());

        Assert.Equal(DepositState.Credited, await TakeAsync(Transfer(org, 1, at)));

        // Each its own lot, rounded up by itself: 1,000,000 rao at 400 nano-USD.
        Assert.Equal(400 * Enough, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(3, await NumberAsync("SELECT count(*) FROM lot"));
        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM deposit WHERE state = 'below_minimum'"));
        Assert.Equal(DepositState.BelowMinimum, await TakeAsync(Transfer(org, 3, at)));
    }

    [Fact]
    public async Task Dust_that_comes_to_two_replicas_at_once_is_credited_once()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        var dust = Enumerable.Range(0, 10).Select(_ => Transfer(org, Enough / 5, at)).ToList();

        await Task.WhenAll(dust.Concat(dust).Select(one => Task.Run(() => TakeAsync(one), Token)));

        Assert.Equal(2 * Enough, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(10, await NumberAsync("SELECT count(*) FROM lot"));
    }

    [Fact]
    public async Task Equal_transfers_in_a_block_credit_twice()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        var transfer = Transfer(org, Enough, at);

        await TakeAsync(transfer);
        await TakeAsync(transfer with { EventIndex = 1 });
        Assert.Null(await TakeAsync(transfer));

        Assert.Equal(2 * Enough, (await BalanceAsync(org)).Available.Value);
    }

    [Fact]
    public async Task Complaint_35_Late_partial_over_deposits_all_credit()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));

        await TakeAsync(Transfer(org, 40 * Enough, at));
        await TakeAsync(Transfer(org, Enough / 4, at.AddMinutes(1)));
        await TakeAsync(Transfer(org, 3 * Enough, at.AddMinutes(9)));
        await TakeAsync(Transfer(org, 5 * Enough, at.AddMinutes(11)));
        Assert.Equal((43 * Enough) + (Enough / 4), (await BalanceAsync(org)).Available.Value);

        // The last came when no sample served its block; a person says what the price was.
        var late = await NumberAsync("SELECT count(*) FROM deposit WHERE state = 'awaiting_rate'");
        Assert.Equal(1, late);
        Assert.True(await NewTreasury().CreditDepositAsync(
            await WaitingAsync(), new(2_000), "ada", "the exchange's close", Token));
        Assert.Equal((53 * Enough) + (Enough / 4), (await BalanceAsync(org)).Available.Value);
    }

    [Fact]
    public async Task A_deposit_takes_the_newest_sample_before_its_block_and_never_one_after()
    {
        var org = NewOrg();
        var first = await SampleAsync(1_000, at: 10_000_000);
        await SampleAsync(1_100, at: 10_060_000);
        await SampleAsync(1_200, at: 10_120_000);

        await TakeAsync(Transfer(org, Enough, first.AddMilliseconds(119_999)));
        Assert.Equal(1_100, await NumberAsync("SELECT rate FROM deposit"));
        Assert.Equal(2, await NumberAsync("SELECT rate_id FROM deposit"));
        Assert.Equal(DepositState.AwaitingRate, await TakeAsync(Transfer(org, Enough, first.AddMilliseconds(-1))));
        Assert.Equal(DepositState.Credited, await TakeAsync(Transfer(org, Enough, first.AddMilliseconds(720_000))));
        Assert.Equal(
            DepositState.AwaitingRate, await TakeAsync(Transfer(org, Enough, first.AddMilliseconds(720_001))));
    }

    [Fact]
    public async Task A_sample_that_another_replica_wrote_late_serves_what_waits()
    {
        var org = NewOrg();
        var block = DateTimeOffset.FromUnixTimeMilliseconds(20_000_000);
        Assert.Equal(DepositState.AwaitingRate, await TakeAsync(Transfer(org, Enough, block)));
        await SampleAsync(3_000, at: 20_000_001);
        await Taking.ExamineWaitingAsync(Token);
        Assert.Equal(0, (await BalanceAsync(org)).Available.Value);

        await SampleAsync(2_000, at: 19_999_999);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Taking.ExamineWaitingAsync(Token))));

        Assert.Equal(2 * Enough, (await BalanceAsync(org)).Available.Value);
        Assert.False(await NewTreasury().CreditDepositAsync(
            new("0xgenesis", "0x1", 0), new(1), "ada", "not there", Token));
    }

    [Fact]
    public async Task A_person_credits_a_deposit_once_and_the_word_is_kept()
    {
        var org = NewOrg();
        await TakeAsync(Transfer(org, Enough, DateTimeOffset.UnixEpoch.AddDays(1)));
        var id = await WaitingAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            NewTreasury().CreditDepositAsync(id, new(5_000), "Ada", "two exchanges' close", Token))));

        Assert.Single(answers, true);
        Assert.Equal(5 * Enough, (await BalanceAsync(org)).Available.Value);
        Assert.Equal("ada|two exchanges' close", await TextAsync("SELECT person || '|' || because FROM operator_act"));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            NewTreasury().CreditDepositAsync(id, new(5_000), " ", "no name", Token));
    }

    [Fact]
    public async Task A_transfer_nobody_knows_is_kept_until_a_person_attributes_it()
    {
        var (org, at) = (NewOrg(), await SampleAsync(1_000));
        var lost = Transfer(default, Enough, at) with { Anomaly = DepositAnomaly.Unattributed, Sender = "5Sender" };
        Assert.Equal(DepositState.Quarantined, await TakeAsync(lost));
        Assert.Null(await TakeAsync(lost));
        await Assert.ThrowsAsync<ArgumentException>(() => TakeAsync(Transfer(default, Enough, at)));
        var sanctioned = Transfer(org, Enough, at) with { Anomaly = DepositAnomaly.Sanctions };
        Assert.Equal(DepositState.Quarantined, await TakeAsync(sanctioned));
        Assert.Equal(0, (await BalanceAsync(org)).Available.Value);
        Assert.Empty(await AuditAsync());

        var id = new DepositId(lost.Genesis, lost.BlockHash, lost.EventIndex);
        Assert.True(await NewTreasury().AttributeDepositAsync(id, org, "ada", "ticket 7", Token));
        Assert.False(await NewTreasury().AttributeDepositAsync(id, org, "ada", "ticket 7", Token));
        Assert.False(await NewTreasury().AttributeDepositAsync(
            id with { BlockHash = sanctioned.BlockHash }, NewOrg(), "ada", "another's", Token));

        Assert.Equal(Enough, (await BalanceAsync(org)).Available.Value);
        Assert.Equal(1, await NumberAsync("SELECT count(*) FROM deposit WHERE anomaly = 'sanctions'"));
    }

    [Fact]
    public async Task A_fixed_rate_serves_every_block()
    {
        var org = NewOrg();
        var taking = new Deposits(Store, new FxRate(400_000));

        await taking.TakeAsync(Transfer(org, Enough, DateTimeOffset.UnixEpoch.AddDays(1)), Token);

        Assert.Equal(400 * Enough, (await BalanceAsync(org)).Available.Value);
    }

    [Fact]
    public async Task Attack_39_A_jump_waits_for_a_person_and_deposits_wait_with_it()
    {
        var sources = new[] { new ScriptedSource("a"), new ScriptedSource("b"), new ScriptedSource("c") };
        var book = new RateBook(Store, sources, NoOptions, TimeProvider.System, NullLogger<RateBook>.Instance);
        Assert.IsType<RateVerdict.None>(await RoundAsync(book, sources, null));
        Assert.Null(await book.CurrentAsync(Token));
        Assert.IsType<RateVerdict.Usable>(await RoundAsync(book, sources, 400_000));
        Assert.Null(await book.SampleAsync(TimeSpan.FromHours(1), Token));

        Assert.IsType<RateVerdict.Held>(await RoundAsync(book, sources, 4_000_000));
        Assert.Null(await book.CurrentAsync(Token));
        var held = Assert.Single(await book.HeldAsync(Token));
        Assert.False(await book.ReleaseAsync(held.Sample - 1, "ada", "not held", Token));
        Assert.True(await book.ReleaseAsync(held.Sample, "ada", "it is real: three exchanges", Token));
        Assert.False(await book.ReleaseAsync(held.Sample, "ada", "again", Token));

        Assert.Equal(new FxRate(4_000_000), await book.CurrentAsync(Token));
        Assert.Empty(await book.HeldAsync(Token));
        Assert.IsType<RateVerdict.Usable>(await RoundAsync(book, sources, 4_000_001));
        await Assert.ThrowsAnyAsync<Exception>(() => ExecuteAsync("UPDATE fx_sample SET rate = 1"));
    }

    [Theory]
    [InlineData(320_000)]
    [InlineData(480_000)]
    public async Task A_deposit_after_a_jump_waits_with_it_and_has_its_rate_once_it_is_released(long jumped)
    {
        var (org, sources) = (NewOrg(), new[] { new ScriptedSource("a"), new("b"), new("c") });
        var book = new RateBook(Store, sources, NoOptions, TimeProvider.System, NullLogger<RateBook>.Instance);
        Assert.IsType<RateVerdict.Usable>(await RoundAsync(book, sources, 400_000));
        var before = DateTimeOffset.FromUnixTimeMilliseconds(await NowAsync());
        Assert.IsType<RateVerdict.Held>(await RoundAsync(book, sources, jumped));
        var after = DateTimeOffset.FromUnixTimeMilliseconds(await NowAsync());

        Assert.Equal(DepositState.Credited, await TakeAsync(Transfer(org, Enough, before)));
        Assert.Equal(DepositState.AwaitingRate, await TakeAsync(Transfer(org, Enough, after)));
        await Taking.ExamineWaitingAsync(Token);
        Assert.Equal(400 * Enough, (await BalanceAsync(org)).Available.Value);
        Assert.True(await book.ReleaseAsync(
            Assert.Single(await book.HeldAsync(Token)).Sample, "ada", "three exchanges", Token));
        await Taking.ExamineWaitingAsync(Token);

        Assert.Equal((400 + (jumped / 1_000)) * Enough, (await BalanceAsync(org)).Available.Value);
    }

    [Fact]
    public async Task A_fixed_price_is_sampled_and_labelled_so()
    {
        var options = NoOptions with { FixedRate = new FxRate(400_000) };
        var book = new RateBook(Store, [], options, TimeProvider.System, NullLogger<RateBook>.Instance);

        Assert.IsType<RateVerdict.Usable>(await book.SampleAsync(TimeSpan.Zero, Token));

        Assert.True(book.IsFixed);
        Assert.Contains("\"source\":\"fixed\"", await TextAsync("SELECT sources FROM fx_sample"),
            StringComparison.Ordinal);
    }

    internal static OrgId NewOrg() => OrgId.Create(TimeProvider.System);

    private static FinalizedTransfer Transfer(OrgId org, long rao, DateTimeOffset at)
    {
        var height = Interlocked.Increment(ref _blocks);
        return new("0xgenesis", FormattableString.Invariant($"0x{height:x64}"), height, 0,
            org == default ? "5Nobody" : "5" + org, org, new(rao), null, at);
    }

    private Task<DepositState?> TakeAsync(FinalizedTransfer transfer) => Taking.TakeAsync(transfer, Token);

    private async Task<DateTimeOffset> SampleAsync(long rate, long? at = null)
    {
        var time = at ?? await NowAsync();
        await ExecuteAsync(FormattableString.Invariant($"""
            INSERT INTO fx_sample (id, at, rate, sources, held)
            SELECT coalesce(max(id), 0) + 1, {time}, {rate}, '[]', 0 FROM fx_sample
            """));
        return DateTimeOffset.FromUnixTimeMilliseconds(time);
    }

    private async Task<RateVerdict?> RoundAsync(RateBook book, ScriptedSource[] sources, long? rate)
    {
        // A clock that stands still would make two rounds one.
        Wait(TimeSpan.FromMilliseconds(5));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(await NowAsync());
        foreach (var source in sources)
        {
            (source.Rate, source.At) = (rate, now);
        }

        return await book.SampleAsync(TimeSpan.FromMilliseconds(1), Token);
    }

    private async Task<DepositId> WaitingAsync() => new(
        "0xgenesis", await TextAsync("SELECT block_hash FROM deposit WHERE state = 'awaiting_rate'"), 0);
}
