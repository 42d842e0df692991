using Gateway.Billing.Tests.Kit;
using Gateway.Core;

namespace Gateway.Billing.Tests.Cash;

public abstract partial class CashSuite
{
    private readonly Chain _chain = new();

    internal Treasury NewTreasury(BillingOptions? options = null, FxRate? rate = null) => new(
        Store, (options ?? NoOptions) with { NewDestinationWait = TimeSpan.Zero, FixedRate = rate }, _chain, _chain);

    /// <summary>An organisation with one lot, by a deposit of that much rao.</summary>
    internal async Task<OrgId> FundAsync(long rao, long rate, OrgId? org = null)
    {
        var owner = org ?? NewOrg();
        await Taking.TakeAsync(Transfer(owner, rao, Some.Noon) with { Rate = new FxRate(rate) }, Token);
        return owner;
    }

    /// <summary>Spends as the push of a settled request does; returns the request.</summary>
    internal async Task<RequestId> SpendAsync(OrgId org, long nanoUsd, string upstream = "local/x", long share = 0)
    {
        var request = RequestId.Create(TimeProvider.System);
        await Store.WriteAsync(
            async session =>
            {
                (string, object?)[] facts = [("org", org.ToString()), ("charge", nanoUsd)];
                Assert.Equal(1, await session.ExecuteAsync("""
                    UPDATE org_account SET available = available - @charge, spent = spent + @charge WHERE org = @org
                    """, ("charge", nanoUsd), ("org", org.ToString())));
                await session.ExecuteAsync(Settled, [.. facts, ("request", request.ToString()),
                    ("day", UsageRecord.DayOf(request)), ("commit", Array.Empty<byte>())]);
                await Books.PostAsync(session, "settle", request.ToString(),
                    new(Books.Available(org.ToString()), Books.NanoUsdAsset, -nanoUsd),
                    new(Books.Spent(org.ToString()), Books.NanoUsdAsset, nanoUsd));
                return share == 0 ? 0 : await session.ExecuteAsync("""
                    INSERT INTO miner_accrual (org, upstream, nusd) VALUES (@org, @upstream, @share)
                    ON CONFLICT (org, upstream) DO UPDATE SET nusd = miner_accrual.nusd + @share
                    """, ("org", org.ToString()), ("upstream", upstream), ("share", share));
            },
            Token);
        return request;
    }

    private const string Settled = """
        INSERT INTO usage_record (day, request_id, incarnation, org, key_id, endpoint, model_asked, model_served,
            strategy, started, ended, ending, settlement, finish_reason, input, cached, output, reasoning, estimated,
            hold, charge, price_version, attempts, request_commit, response_commit)
        SELECT @day, @request, 'i', @org, 'key', '/v1', 'm', 'm', 'default', 0, 1, 'complete', 'settled', 'stop',
            @charge, 0, 0, 0, 0, @charge, @charge, min(id), '[]', @commit, @commit FROM price_version
        """;

    /// <summary>Prices of the model <c>m</c>: its first version costs one nano-USD a token, as requests here
    /// paid.</summary>
    internal Task PriceAsync(string input) => ImportAsync($$"""
        { "currency": "USD", "models": { "m": {
            "input_per_million_tokens": "{{input}}", "output_per_million_tokens": "1" } } }
        """);

    internal Task<long> RollUpAsync(OrgId org) =>
        Store.WriteAsync(session => RollUpSql.RollUpAsync(session, org.ToString()), Token);

    internal Task<long> BookedAsync(string account, string asset = "RAO") => NumberAsync(
        $"SELECT coalesce(sum(amount), 0) FROM posting WHERE account = '{account}' AND asset = '{asset}'");

    /// <summary>A chain where addresses begin with 5 and every hotkey has an owner, but one.</summary>
    private sealed class Chain : IPayoutDestinations, IMinerOwners
    {
        public string? Problem(string address) =>
            address.StartsWith('5') ? null : "The address is mistyped: its checksum is wrong.";

        public Task<string?> OwnerAsync(NetUid netUid, Hotkey hotkey, CancellationToken cancellationToken) =>
            Task.FromResult(hotkey.Ss58 == "5Gone" ? null : "5OwnerOf" + hotkey.Ss58);
    }
}
