using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

internal sealed partial class CashBooks
{
    private const string HotAddress = "5Hot";

    /// <summary>Lots pay for what an organisation has spent.</summary>
    internal long RollUp(string org)
    {
        var account = AccountOf(org);
        var spent = account.Row.Spent - account.Rolled;
        if (spent <= 0)
        {
            return 0;
        }

        var id = DepositSql.Parse(org);
        var accruals = State.Accruals.Where(pair => pair.Key.Org == id && pair.Value > 0)
            .OrderBy(pair => pair.Key.Upstream, StringComparer.Ordinal)
            .Select(pair => new Accrual(pair.Key.Upstream, pair.Value)).ToList();
        var plan = RollUpRule.Plan(org, spent, OpenLots(org), accruals);
        Take(org, plan.Lots);
        account.Rolled += plan.NanoUsd;
        foreach (var share in plan.Shares)
        {
            State.Accruals[(id, share.Upstream)] -= share.NanoUsd;
        }

        foreach (var (miner, rao) in plan.Owed)
        {
            State.Payables[miner.Account] = State.Payables.GetValueOrDefault(miner.Account) + rao;
        }

        Post("roll_up", NextId(org + "/"), plan.Entries);
        return spent;
    }

    /// <summary>Takes back what is left of expired promotions.</summary>
    internal long Expire(string org)
    {
        RollUp(org);
        var account = AccountOf(org);
        var expired = LotsOf(org).Where(lot => lot.NanoUsdLeft > 0 && lot.Made.Expires <= Now)
            .OrderBy(lot => lot.Made.Expires).Select(lot => lot.Left).ToList();
        var parts = PromoRule.Expire(account.Row.Available, expired);
        foreach (var part in parts)
        {
            Take(org, [part], expires: true);
            account.Row.Available -= part.NanoUsd;
            account.Credited -= part.NanoUsd;
            Counts = Counts with { Expired = Counts.Expired + 1 };
            Post("promo_expired", NextId(part.Id + "/"), PromoRule.Expired(org, part));
        }

        store.Check(account.Row);
        return parts.Sum(part => part.NanoUsd);
    }

    /// <summary>Gives credit that ends.</summary>
    internal bool Grant(OrgId org, long credit, FxRate rate, long expires)
    {
        var revenue = -SumOf("revenue");
        if (PromoRule.Grant(store.NameOf(org), new(credit), rate, expires, revenue) is not { } lot)
        {
            return false;
        }

        Post("promo_granted", OpenLot(lot), PromoRule.Granted(lot));
        return true;
    }

    /// <summary>A wish for a refund.</summary>
    internal RefundAnswer Ask(OrgId org, long? amount, string by)
    {
        var name = store.NameOf(org);
        RollUp(name);
        var account = AccountOf(name);
        var lots = LotsOf(name).Where(lot => lot is { IsPromo: false, NanoUsdLeft: > 0 })
            .Select(lot => lot.Left).ToList();
        var plan = RefundRule.Plan(amount, account.Row.Available, account.Row.IsFrozen, lots);
        if (plan is not RefundPlan.Granted granted)
        {
            return ((RefundPlan.Refused)plan).Answer;
        }

        var payout = Make(org, granted, by);
        Take(name, granted.Lots);
        State.Payouts.Add(payout.Id, payout);
        Move(account, granted.NanoUsd);
        Post("refund_asked", payout.Id, RefundRule.Asked(name, granted.NanoUsd, granted.Rao));
        world.Say($"{name} asks back {granted.NanoUsd} as {payout.Id}: {granted.Rao} rao");
        return new RefundAnswer.Requested(payout);
    }

    internal Approval Approve(string id, string person)
    {
        var payout = State.Payouts.GetValueOrDefault(id);
        var approval = PayoutRule.Approve(payout, person);
        if (approval is Approval.First or Approval.Second)
        {
            State.Payouts[id] = payout! with
            {
                State = approval == Approval.First ? PayoutState.Approved1 : PayoutState.Approved2,
                Approvers = [.. payout.Approvers, person],
            };
        }

        return approval;
    }

    internal bool Cancel(string id)
    {
        if (State.Payouts.GetValueOrDefault(id) is not { } payout || !PayoutRule.CanCancel(payout))
        {
            return false;
        }

        Restore(payout, PayoutState.Cancelled, "refund_cancelled");
        return true;
    }

    /// <summary>Stores what was signed. From here on the books must not forget it: what brings payouts back after a
    /// restore is the signer's own log, which is tested with the chain.</summary>
    internal bool Sign(string id, long nonce, long era)
    {
        if (State.Payouts.GetValueOrDefault(id) is not { } payout || !PayoutRule.CanSign(payout, nonce, Now))
        {
            return false;
        }

        State.Payouts[id] = payout with { State = PayoutState.Signed, Nonce = nonce };
        State.Eras[id] = era;
        store.KeepFromHere();
        return true;
    }

    internal bool MoveTo(string id, PayoutState state)
    {
        if (State.Payouts.GetValueOrDefault(id) is not { } payout || !PayoutRule.Allows(payout, state))
        {
            return false;
        }

        State.Payouts[id] = payout with { State = state };
        return true;
    }

    internal bool Pay(string id)
    {
        if (!MoveTo(id, PayoutState.Finalized))
        {
            return false;
        }

        Counts = Counts with { Paid = Counts.Paid + 1 };
        Post("payout_finalized", id, PayoutRule.Paid(State.Payouts[id], HotAddress, fee: 0));
        return true;
    }

    internal bool Fail(string id)
    {
        if (State.Payouts.GetValueOrDefault(id) is not { } payout || !PayoutRule.Allows(payout, PayoutState.Failed))
        {
            return false;
        }

        Restore(payout, PayoutState.Failed, "refund_failed");
        return true;
    }

    // Promotions first, the next to expire before the others; then in the order in which they were credited.
    private List<LotLeft> OpenLots(string org) => [.. LotsOf(org).Where(lot => lot.NanoUsdLeft > 0)
        .OrderBy(lot => lot.IsPromo ? 0 : 1).ThenBy(lot => lot.Made.Expires ?? 0).Select(lot => lot.Left)];

    private Payout Make(OrgId org, RefundPlan.Granted granted, string by) => new()
    {
        Id = NextId("pay_"),
        Kind = PayoutKind.Refund,
        Org = org,
        Destination = "5Theirs",
        Amount = new(granted.Rao),
        Credit = new(granted.NanoUsd),
        State = PayoutState.Requested,
        RequestedBy = by,
        Requested = DateTimeOffset.FromUnixTimeMilliseconds(Now),
        NotBefore = DateTimeOffset.FromUnixTimeMilliseconds(Now),
        Approvers = [],
        Parts = [.. granted.Lots.Select(part => new PayoutPart(part.Id, new(part.Rao), new(part.NanoUsd)))],
    };

    private void Restore(Payout payout, PayoutState state, string kind)
    {
        var org = store.NameOf(payout.Org!.Value);
        State.Payouts[payout.Id] = payout with { State = state };
        Take(org, RefundRule.LotsOf(payout), sign: -1);
        Move(AccountOf(org), -payout.Credit.Value);
        Counts = Counts with { Restored = Counts.Restored + 1 };
        Post(kind, payout.Id, RefundRule.Restored(payout));
        world.Say($"{payout.Id} of {org} is {state}");
    }

    private void Move(AccountState account, long nanoUsd)
    {
        account.Row.Available -= nanoUsd;
        account.Refunded += nanoUsd;
        store.Check(account.Row);
    }
}
