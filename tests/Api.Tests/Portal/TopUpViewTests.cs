using Gateway.Api.Access;
using Gateway.Api.Portal.Billing;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Tests.Portal;

/// <summary>Each way a payer can pay, and what the checkout says of it.</summary>
public sealed class TopUpViewTests
{
    private const long Tao = 1_000_000_000;

    private static readonly DateTimeOffset Made = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    /// <summary>What came (state, rao, minutes after), and the state, the note and the rest after 5 minutes.</summary>
    public static TheoryData<string, string, string, long> Cases => new()
    {
        { "", "New", "None", Tao },
        { "seen 1000000000 1", "Processing", "None", 0 },
        { "confirming 400000000 1", "Processing", "None", 600_000_000 },
        { "credited 1000000000 1", "Settled", "None", 0 },
        { "credited 995000000 1", "Settled", "None", 0 },
        { "credited 994999999 1", "New", "Partial", 5_000_001 },
        { "credited 600000000 1", "New", "Partial", 400_000_000 },
        { "credited 600000000 1,credited 400000000 2", "Settled", "None", 0 },
        { "credited 600000000 1,seen 400000000 2", "Processing", "None", 0 },
        { "credited 1000000001 1", "Settled", "Over", 0 },
        { "below_minimum 400000 1", "New", "BelowMinimum", Tao },
        { "awaiting_rate 1000000000 1", "Processing", "AwaitingRate", 0 },
        { "seen 600000000 1,seen 400000000 2", "Processing", "None", 0 },
        { "quarantined 1000000000 1", "Invalid", "Marked", Tao },
        { "credited 1000000000 -30", "New", "None", Tao },
        { "credited 1000000000 20", "Settled", "Late", 0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_payment_is_judged_in_rao(string came, string state, string note, long rest)
    {
        var view = TopUpView.Of(Row(), null, Deposits(came), Made.AddMinutes(5));

        Assert.Equal((state, note, rest), (view.State.ToString(), view.Note.ToString(), view.Rest.Value));
    }

    [Fact]
    public void After_a_quarter_of_an_hour_without_a_transfer_the_amount_is_out_of_date()
    {
        Assert.Equal(TopUpState.New, TopUpView.Of(Row(), null, [], Made.AddMinutes(14)).State);
        Assert.Equal(TopUpState.Expired, TopUpView.Of(Row(), null, [], Made.AddMinutes(15)).State);
        Assert.Equal(
            TopUpState.Processing,
            TopUpView.Of(Row(), null, Deposits("seen 1000000000 16"), Made.AddMinutes(17)).State);
    }

    [Theory]
    [InlineData(9, "New")]
    [InlineData(10, "New")]
    [InlineData(11, "Settled")]
    public void Blocks_count_where_their_numbers_are_known(long height, string state)
    {
        var deposits = Deposits("credited 1000000000 -5").Select(one => one with { Height = height });
        Assert.Equal(state, TopUpView.Of(Row(10), null, deposits, Made).State.ToString());
    }

    [Fact]
    public void What_is_no_TAO_is_told_and_counts_for_nothing()
    {
        ForeignLine other = new("g/b/1", 11, 1, Made.AddMinutes(1), "5Own", "alpha/4", new(Tao));
        var view = TopUpView.Of(
            Row(10), null, [], Made.AddMinutes(5),
            [other, other with { Address = "5Else" }, other with { Height = 10 }]);

        Assert.Equal(other, Assert.Single(view.Foreign));
        Assert.Equal((TopUpState.New, TopUpNote.UnsupportedAsset, Tao), (view.State, view.Note, view.Rest.Value));
    }

    [Fact]
    public void A_transfer_is_missed_when_its_block_vanished_and_not_when_it_came_again()
    {
        using var vanished = new VanishedDeposits();
        var (one, two) = (Line("g/b1/1", "seen"), Line("g/b2/1", "seen"));

        Assert.Empty(vanished.Note("5Own", [one]));
        Assert.Equal(one, Assert.Single(vanished.Note("5Own", [])));
        Assert.Equal(one, Assert.Single(vanished.Note("5Own", [Line("g/b9/1", "seen") with { Amount = new(1) }])));
        Assert.Empty(vanished.Note("5Own", [Line("g/b9/1", "credited") with { Amount = new(1) }, two]));

        // Two alike: the one that is still there is not the other's return.
        Assert.Empty(vanished.Note("5Own", [two, one]));
        Assert.Equal(one, Assert.Single(vanished.Note("5Own", [two])));
        Assert.Empty(vanished.Note("5Own", [two with { State = "credited" }, one]));
        Assert.Empty(vanished.Note("5Own", [two with { State = "credited" }, one with { State = "credited" }]));
        Assert.Empty(vanished.Note("5Own", []));
    }

    [Fact]
    public void Another_address_is_none_of_its_business()
    {
        var elsewhere = Deposits("credited 1000000000 1").Select(one => one with { Address = "5Else" });
        Assert.Equal(TopUpState.New, TopUpView.Of(Row(), null, elsewhere, Made).State);
    }

    [Fact]
    public void Its_name_is_read_back_and_nothing_else_is()
    {
        var id = Guid.CreateVersion7(Made);
        Assert.Equal(id, TopUpView.Parse(TopUpView.IdOf(id)));
        Assert.All(["", "top_", "top_x", id.ToString("N"), null], text => Assert.Null(TopUpView.Parse(text)));
    }

    private static TopUpRow Row(long? height = null) => new()
    {
        Height = height,
        Id = Guid.CreateVersion7(Made),
        Org = Guid.CreateVersion7(Made),
        Address = "5Own",
        Nusd = 400 * Tao,
        Rao = Tao,
        Rate = 400_000,
        CreatedAt = Made.ToUnixTimeMilliseconds(),
        ExpiresAt = (Made + TopUps.Life).ToUnixTimeMilliseconds(),
        CreatedBy = Guid.Empty,
    };

    private static DepositLine Line(string id, string state) =>
        new(id, state, "0x", 1, 0, Made, "5Own", new(Tao), null, null);

    private static IEnumerable<DepositLine> Deposits(string text) =>
        from one in text.Split(',', StringSplitOptions.RemoveEmptyEntries)
        let parts = one.Split(' ')
        let isCredited = parts[0] == "credited"
        select new DepositLine(
            one, parts[0], "0x", 1, 0, Made.AddMinutes(int.Parse(parts[2], null)), "5Own",
            new(long.Parse(parts[1], null)), isCredited ? new FxRate(400_000) : null,
            isCredited ? new NanoUsd(1) : null);
}
