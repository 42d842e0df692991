using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A settle as one transaction: fence, record, money, books, statistics.</summary>
internal static class SettleSql
{
    private const string Fence =
        "UPDATE replica SET seq = seq + 1 WHERE incarnation = @incarnation AND state = 'live'";

    private const string Account = """
        UPDATE org_account SET leased = leased - @hold, spent = spent + @charge, available = available + @rest
        WHERE org = @org
        """;

    private const string Lease = """
        UPDATE lease SET consumed = consumed + @charge, returned = returned + @rest, op_seq = op_seq + 1
        WHERE incarnation = @incarnation AND account = @org AND state = 'open'
        """;

    private const string Roll = """
        INSERT INTO usage_roll (org, project, key_id, end_user, model, hour, requests, input, cached, output, reasoning,
            images, audio_ms, characters, charge)
        VALUES (@org, '', @key, '', @model, @hour, 1, @input, @cached, @output, 0, 0, 0, 0, @charge)
        ON CONFLICT (org, project, key_id, end_user, model, hour) DO UPDATE SET requests = usage_roll.requests + 1,
            input = usage_roll.input + @input, cached = usage_roll.cached + @cached,
            output = usage_roll.output + @output, charge = usage_roll.charge + @charge
        """;

    private const long HourMs = 3_600_000;

    internal static async Task<Settled> SettleAsync(SqlSession session, UsageRecord record, string incarnation)
    {
        var live = await session.ExecuteAsync(Fence, ("incarnation", incarnation)) == 1;

        // Nothing is owed for a free request, so a late one loses nothing.
        var isCollected = live || record.Charge == NanoUsd.Zero;
        if (!await UsageSql.TryInsertAsync(session, record, incarnation, isCollected))
        {
            session.Abandoned = true;
            return new(SettleOutcome.AlreadySettled, await UsageSql.ReadChargeAsync(session, record.Request));
        }

        if (live)
        {
            await MoveAsync(session, record, incarnation);
        }

        await BookAsync(session, record, isCollected);
        return isCollected
            ? new(SettleOutcome.Settled, record.Charge)
            : new(SettleOutcome.Uncollectible, NanoUsd.Zero);
    }

    private static async Task MoveAsync(SqlSession session, UsageRecord record, string incarnation)
    {
        var org = record.Payer.Org.ToString();
        var (charge, rest) = (record.Charge.Value, (record.Hold - record.Charge).Value);
        var accounts = await session.ExecuteAsync(
            Account, ("hold", record.Hold.Value), ("charge", charge), ("rest", rest), ("org", org));
        var leases = await session.ExecuteAsync(
            Lease, ("charge", charge), ("rest", rest), ("incarnation", incarnation), ("org", org));
        if (accounts != 1 || leases != 1)
        {
            throw new BrokenInvariantException($"{org} has no open lease with {incarnation}.");
        }
    }

    private static async Task BookAsync(SqlSession session, UsageRecord record, bool isCollected)
    {
        var (request, charge) = (record.Request.ToString(), record.Charge.Value);
        if (!isCollected)
        {
            await Books.PostAsync(session, "late_settle", request,
                new("uncollectible", Books.NanoUsdAsset, charge), new("writeoff", Books.NanoUsdAsset, -charge));
            return;
        }

        var org = record.Payer.Org.ToString();
        if (charge != 0)
        {
            await Books.PostAsync(session, "settle", request,
                new(Books.Leased(org), Books.NanoUsdAsset, -charge), new(Books.Spent(org), Books.NanoUsdAsset, charge));
        }

        var (usage, facts) = (record.Delivered.Usage, record.Delivered.Facts);
        await session.ExecuteAsync(Roll,
            ("org", org), ("key", record.Payer.Key.ToString()),
            ("model", (record.Delivered.ModelServed ?? facts.ModelAsked).Value),
            ("hour", facts.Started.ToUnixTimeMilliseconds() / HourMs),
            ("input", usage.Input), ("cached", usage.Cached), ("output", usage.Output), ("charge", charge));
    }
}
