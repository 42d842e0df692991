namespace Gateway.Billing;

/// <summary>The rules of deposits, lots, corrections and payouts, as queries that return what breaks them: subject and
/// detail. They hold at every commit.</summary>
internal static class CashRules
{
    /// <summary>By invariant.</summary>
    internal static readonly (string Invariant, string Sql)[] All =
    [
        ("I3", """
            SELECT a.org, 'deposits and promotions do not equal available + leased + spent + refunded'
            FROM org_account a WHERE a.available + a.leased + a.spent + a.refunded <> coalesce((SELECT
                sum(l.nusd - l.expired) FROM lot l WHERE l.org = a.org AND l.kind <> 'correction'), 0)
            """),
        ("I3", """
            SELECT a.org, 'what lots have left does not equal available + leased + spent and not rolled up'
            FROM org_account a WHERE a.available + a.leased + a.spent - a.rolled
                <> coalesce((SELECT sum(l.nusd_left) FROM lot l WHERE l.org = a.org), 0)
            """),
        ("I3", "SELECT org, 'more is rolled up than was spent' FROM org_account WHERE rolled > spent"),
        ("I5", """
            SELECT a.org, 'spent does not equal the charges less what was given back' FROM org_account a
            LEFT JOIN (SELECT org, sum(charge) AS charges FROM usage_record
                WHERE settlement = 'settled' GROUP BY org) u ON u.org = a.org
            WHERE a.spent <> coalesce(u.charges, 0)
                - coalesce((SELECT sum(r.back) FROM re_rate r WHERE r.org = a.org), 0)
            """),
        ("I5", """
            SELECT r.request_id, 'given back and not in the books once' FROM re_rate r
            WHERE 1 <> (SELECT count(*) FROM posting p WHERE p.group_id = 're_rate:' || r.request_id
                AND p.account = r.org || '/available' AND p.amount = r.back)
            """),
        ("I10", """
            SELECT d.block_hash, 'credited without exactly one lot' FROM deposit d
            WHERE d.state IN ('credited', 'swept') AND 1 <> (SELECT count(*) FROM lot l
                WHERE l.id = d.lot AND l.org = d.org AND l.rao = d.rao AND l.rate = d.rate)
            """),
        ("I10", """
            SELECT l.id, 'a paid lot without exactly one deposit' FROM lot l
            WHERE l.kind = 'paid' AND 1 <> (SELECT count(*) FROM deposit d WHERE d.lot = l.id)
            """),
        ("I10", """
            SELECT d.block_hash, 'a transfer that is not in the books once' FROM deposit d
            WHERE 1 <> (SELECT count(*) FROM posting p WHERE p.amount = d.rao AND p.account = 'chain/' || d.address
                AND p.group_id = 'deposit_finalized:' || d.genesis || '/' || d.block_hash || '/' || d.event_index)
            """),
        ("I10", """
            SELECT d.block_hash, 'credited at another rate than its sample' FROM deposit d
            JOIN fx_sample s ON s.id = d.rate_id WHERE s.rate <> d.rate
            """),
        ("I11", """
            SELECT p.id, 'past its approvals without two approvers beside who asked' FROM payout p
            WHERE p.kind = 'refund' AND p.state NOT IN ('requested', 'approved1', 'failed', 'cancelled')
                AND (p.approver1 IS NULL OR p.approver2 IS NULL OR p.approver1 = p.approver2
                    OR p.requested_by IN (p.approver1, p.approver2))
            """),
        ("I11", """
            SELECT p.id, 'paid and not in the books once, or in the books and not paid' FROM payout p
            WHERE CASE WHEN p.state = 'finalized' THEN 1 ELSE 0 END <> (SELECT count(*) FROM posting b
                WHERE b.group_id = 'payout_finalized:' || p.id AND b.n = 1 AND b.amount = -p.rao)
            """),
        ("I11", """
            SELECT p.id, 'its parts are not its sum' FROM payout p
            WHERE p.rao <> (SELECT coalesce(sum(t.rao), 0) FROM payout_part t WHERE t.payout = p.id)
                OR p.nusd <> (SELECT coalesce(sum(t.nusd), 0) FROM payout_part t WHERE t.payout = p.id)
            """),
        ("I11", """
            SELECT l.id, 'more is paid back of it than was taken' FROM lot l JOIN (SELECT t.lot AS lot,
                sum(t.rao) AS rao, sum(t.nusd) AS nusd FROM payout_part t JOIN payout p ON p.id = t.payout
                WHERE p.state NOT IN ('failed', 'cancelled') GROUP BY t.lot) s ON s.lot = l.id
            WHERE s.rao > l.rao - l.rao_left OR s.nusd > l.nusd - l.nusd_left - l.expired
            """),
        ("I11", """
            SELECT a.org, 'refunded does not equal its refunds' FROM org_account a
            WHERE a.refunded <> coalesce((SELECT sum(p.nusd) FROM payout p
                WHERE p.org = a.org AND p.state NOT IN ('failed', 'cancelled')), 0)
            """),
        ("I12", """
            SELECT 'books', 'we hold less than we owe: ' || h.held || ' of ' || o.owed || ' rao' FROM
                (SELECT coalesce(sum(amount), 0) AS held FROM posting
                    WHERE asset = 'RAO' AND account LIKE 'chain/%') h,
                (SELECT (SELECT coalesce(sum(rao_left), 0) FROM lot)
                    + (SELECT coalesce(sum(owed), 0) FROM miner_payable)
                    + (SELECT coalesce(sum(rao), 0) FROM deposit
                        WHERE lot IS NULL AND state NOT IN ('refunded', 'ours'))
                    + (SELECT coalesce(sum(rao), 0) FROM payout WHERE kind = 'refund'
                        AND state NOT IN ('finalized', 'failed', 'cancelled')) AS owed) o
            WHERE h.held < o.owed
            """),
        ("I12", """
            SELECT 'fx_tao', 'is not what open lots hold' FROM (SELECT 1 AS one) x
            WHERE (SELECT coalesce(sum(amount), 0) FROM posting WHERE account = 'fx_tao')
                <> -(SELECT coalesce(sum(rao_left), 0) FROM lot)
            """),
        ("I12", """
            SELECT 'deposits_clearing', 'is not what waits to be credited' FROM (SELECT 1 AS one) x
            WHERE (SELECT coalesce(sum(amount), 0) FROM posting WHERE account = 'deposits_clearing')
                <> -(SELECT coalesce(sum(rao), 0) FROM deposit WHERE lot IS NULL AND state NOT IN ('refunded', 'ours'))
            """),
        ("I12", """
            SELECT 'refunds_clearing', 'is not what refunds under way will pay' FROM (SELECT 1 AS one) x
            WHERE (SELECT coalesce(sum(amount), 0) FROM posting WHERE account = 'refunds_clearing')
                <> -(SELECT coalesce(sum(rao), 0) FROM payout
                    WHERE kind = 'refund' AND state NOT IN ('finalized', 'failed', 'cancelled'))
            """),
        ("I12", """
            SELECT m.hotkey, 'is owed something else than the books say' FROM miner_payable m
            WHERE m.owed <> -(SELECT coalesce(sum(amount), 0) FROM posting
                WHERE account = 'miner_payable/' || m.netuid || '/' || m.hotkey)
            """),
        ("I12", """
            SELECT m.hotkey, 'is not what its payouts under way hold' FROM miner_payable m
            WHERE m.in_payout <> (SELECT coalesce(sum(t.rao), 0) FROM payout_part t JOIN payout p ON p.id = t.payout
                WHERE t.netuid = m.netuid AND t.hotkey = m.hotkey
                    AND p.state NOT IN ('finalized', 'failed', 'cancelled'))
            """),
        ("I15", """
            SELECT a.org, 'the books do not fold to what was refunded' FROM org_account a
            WHERE a.refunded <> coalesce((SELECT sum(p.amount) FROM posting p
                WHERE p.asset = 'NUSD' AND p.account = a.org || '/refunded'), 0)
            """),
    ];
}
