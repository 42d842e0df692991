using System.Text.Json;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Storage;

public abstract partial class LedgerStoreSuite
{
    [Fact]
    public async Task A_request_of_several_calls_is_held_and_charged_as_their_sum()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await HoldCallsAsync(payer);
        Assert.Equal(230, hold.Amount.Value);
        Assert.Equal(770, (await Node.BalanceAsync(payer.Org)).Available.Value);

        await SettleCallsAsync(hold);

        Assert.Equal(1_000 - 67, (await Node.BalanceAsync(payer.Org)).Available.Value);
        var bytes = await ReceiptAsync(payer.Org, hold.Request);
        var signer = new TestSigner();
        Assert.Empty(ReceiptCheck.Verify(
            bytes, (_, message, signature) => signer.Verify(message.ToArray(), signature.ToArray())));
        using var receipt = JsonDocument.Parse(bytes);
        var root = receipt.RootElement;
        Assert.Equal(67, root.GetProperty("charge_nusd").GetInt64());
        Assert.Equal(
            """
            {"charge_nusd":52,"expert":"static/b","model":"dear","price_version":2,"prices":{"cached_pusd":3000,
            "input_pusd":3000,"output_pusd":7000,"reasoning_pusd":7000},"role":"voter","usage":{"cached_tokens":0,
            "input_tokens":8,"output_tokens":4,"reasoning_tokens":0}}
            """.ReplaceLineEndings(""), root.GetProperty("lines")[1].GetRawText());
        var lines = root.GetProperty("lines").EnumerateArray().ToArray();
        Assert.Equal([15, 52, 0], lines.Select(line => line.GetProperty("charge_nusd").GetInt64()));
        Assert.Equal(JsonValueKind.Null, lines[2].GetProperty("prices").ValueKind);
        Assert.Equal(2, root.GetProperty("attempts")[2].GetProperty("line").GetInt64());
        await Node.AssertBooksAsync();
    }

    [Fact]
    public async Task Usage_by_model_counts_each_call_for_its_own_model_and_the_request_once()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await SettleCallsAsync(await HoldCallsAsync(payer));

        var query = new UsageQuery(
            Some.Noon.Date, Some.Noon.Date.AddDays(1), UsageBucket.Day, UsageGroups.Model);
        var lines = await Node.Statements.UsageAsync(payer.Org, query, TestContext.Current.CancellationToken);

        Assert.Equal(
            [("dear", 0L, 8L, 4L, 52L), ("unit", 1L, 10L, 5L, 15L)],
            lines.Select(line => (line.Model!, line.Totals.Requests, line.Totals.Input, line.Totals.Output,
                line.Totals.Charge.Value)));
    }

    [Fact]
    public async Task A_crash_settles_every_call_of_a_request_or_none()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var settled = await HoldCallsAsync(payer);
        await HoldCallsAsync(payer);
        await SettleCallsAsync(settled);

        await CrashAsync(new TestSigner());

        Assert.Equal(1_000 - 67, (await Node.BalanceAsync(payer.Org)).Available.Value);
        using var receipt = JsonDocument.Parse(await ReceiptAsync(payer.Org, settled.Request));
        Assert.Equal(3, receipt.RootElement.GetProperty("lines").GetArrayLength());
        Assert.Equal(3, await CountAsync("SELECT count(*) FROM usage_line"));
        await Node.AssertBooksAsync();
    }

    [Theory]
    [InlineData("I20", "UPDATE usage_line SET charge = charge + 1 WHERE n = 0")]
    [InlineData("I20", "UPDATE usage_line SET output = output + 1 WHERE n = 1")]
    [InlineData("I20", "DELETE FROM usage_line WHERE n = 1")]
    [InlineData("I5", "UPDATE usage_line SET request_id = 'req_other'")]
    public async Task The_audit_sees_what_was_changed_of_a_call(string invariant, string sql)
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        await SettleCallsAsync(await HoldCallsAsync(payer));
        await Node.Replica.TickAsync();
        Assert.Empty(await Node.Audit.RunAsync(token));

        await Node.Store.WriteAsync(session => session.ExecuteAsync(sql), token);

        Assert.Contains(await Node.Audit.RunAsync(token), found => found.Invariant == invariant);
        _booksAreSpoilt = true;
    }

    [Fact]
    public async Task Each_call_pays_its_own_miners()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var hold = await HoldCallsAsync(payer);
        await SettleCallsAsync(hold, miner: true);
        await Node.Replica.TickAsync();

        // Of 52 nUSD 70 % go to the miner who answered that call; nothing of what another was charged.
        Assert.Equal(36, await CountAsync("SELECT CAST(sum(nusd) AS bigint) FROM miner_accrual"));
    }

    [Fact]
    public async Task A_request_of_several_calls_is_not_re_rated()
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(1_000);
        var several = await HoldCallsAsync(payer);
        await SettleCallsAsync(several);
        var one = await Node.HoldAsync(payer, 10, 20);
        await Node.SettleAsync(one, 10, 5);
        await Node.Replica.TickAsync();

        Assert.Null(await Node.Store.ReadAsync(session => ReRateSql.ReadAsync(session, several.Request), token));
        Assert.NotNull(await Node.Store.ReadAsync(session => ReRateSql.ReadAsync(session, one.Request), token));
    }

    private async Task<Hold> HoldCallsAsync(Payer payer)
    {
        var quoted = Node.Ledger.Quote(new([BillingNode.Model, BillingNode.Dear], 10, 20, 20, null)
        {
            Lines =
            [
                new("voter", [BillingNode.Model], 10), new("voter", [BillingNode.Dear], 10),
                new("voter", [BillingNode.Model], 10),
            ],
        });
        var reserved = await Node.Ledger.ReserveAsync(
            payer, RequestId.Create(TimeProvider.System), Assert.IsType<Quoted.Priced>(quoted).Quote,
            TestContext.Current.CancellationToken);
        return Assert.IsType<Reserved.Held>(reserved).Hold;
    }

    // The first two calls answer, the third fails.
    private async Task SettleCallsAsync(Hold hold, bool miner = false)
    {
        AttemptRecord[] attempts =
        [
            new("static/a", null, null, null, 0, 5, AttemptOutcome.Complete, "", 3),
            new("static/b", null, null, null, 0, 4, AttemptOutcome.Complete, "", 3) { Line = 1 },
            new("static/c", null, null, null, 0, 0, AttemptOutcome.Failed, "connect", null) { Line = 2 },
        ];
        attempts[1] = miner ? attempts[1] with { NetUid = new(4) } : attempts[1];
        var delivered = Some.Delivery(new Usage(18, 0, 9, 0)) with
        {
            Attempts = attempts,
            Lines =
            [
                new("voter", "static/a", BillingNode.Model, new(10, 0, 5, 0)),
                new("voter", "static/b", BillingNode.Dear, new(8, 0, 4, 0)),
                new("voter", "static/c", null, Usage.None),
            ],
        };
        var settled = await Node.Ledger.SettleAsync(Node.Ledger.Price(hold, delivered), Commitments.None);
        Assert.Equal(SettleOutcome.Settled, settled.Outcome);
    }
}
