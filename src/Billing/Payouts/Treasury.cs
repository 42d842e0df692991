using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Money that people move: refunds and their approvals, what miners are owed, promotions, corrections, and
/// deposits that wait for somebody. Every act is recorded with its person and reason. All members throw
/// <see cref="BillingUnavailableException"/> when the books cannot be reached, and <see cref="ArgumentException"/> for
/// an empty name or reason.</summary>
public sealed class Treasury
{
    /// <summary>The least that a miner is paid: 0.01 TAO, so that fees stay small beside it.</summary>
    internal const long MinerMinimumRao = 10_000_000;

    private readonly ILedgerStore _store;
    private readonly BillingOptions _options;
    private readonly IPayoutDestinations? _destinations;
    private readonly IMinerOwners? _owners;
    private readonly Deposits _deposits;

    internal Treasury(
        ILedgerStore store, BillingOptions options, IPayoutDestinations? destinations, IMinerOwners? owners)
    {
        _store = store;
        _options = options;
        _destinations = destinations;
        _owners = owners;
        _deposits = new(store, options.FixedRate);
    }

    /// <summary>Brings unused credit back out of leases, so that it can be refunded.</summary>
    internal Func<OrgId, Task> Recall { get; init; } = static _ => Task.CompletedTask;

    /// <summary>Sets unspent credit aside to be paid back, at the rate of each lot it came from. Promotions and what
    /// running requests hold are not refundable.</summary>
    /// <param name="id">Made by the caller, once a wish: asked again under it, also after an answer that was lost,
    /// nothing more is set aside and the refund is told as it is now.</param>
    /// <param name="org">Whose credit.</param>
    /// <param name="amount">How much; null for all that is refundable.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="requestedBy">Who asks; cannot approve.</param>
    /// <param name="cancellationToken">Heard until the change is queued.</param>
    public Task<RefundAnswer> RequestRefundAsync(
        string id, OrgId org, NanoUsd? amount, string destination, string requestedBy,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return AskAsync(id, org, amount, destination, requestedBy, cancellationToken);
    }

    /// <summary>The same for a caller who does not ask again before he has looked: under an id of the books.</summary>
    public Task<RefundAnswer> RequestRefundAsync(
        OrgId org, NanoUsd? amount, string destination, string requestedBy, CancellationToken cancellationToken) =>
        AskAsync(null, org, amount, destination, requestedBy, cancellationToken);

    /// <summary>A person's word that a refund may be paid. It takes two, neither of them who asked; at once or one
    /// after the other exactly two count.</summary>
    public Task<Approval> ApproveAsync(
        string payout, string person, string because, CancellationToken cancellationToken) =>
        CountAsync(payout, person, because, null, cancellationToken);

    /// <summary>The same with the person's signature under what is paid, without which the signer pays
    /// nothing.</summary>
    /// <exception cref="ArgumentException">The proof is empty or too long.</exception>
    public Task<Approval> ApproveAsync(
        string payout, string person, string because, ApprovalProof proof, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(proof.Text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(proof.Text.Length, ApprovalProof.MaxLength);
        return CountAsync(payout, person, because, proof, cancellationToken);
    }

    /// <summary>Ends a refund that is not signed: the same lots have back exactly what was taken of them.</summary>
    /// <returns>The refund as it ended; null when there is none that can still be ended.</returns>
    public Task<Payout?> CancelAsync(
        string payout, string person, string because, CancellationToken cancellationToken)
    {
        var (name, reason) = (Person.Of(person), Person.Reason(because));
        return _store.WriteAsync(session => ApprovalSql.CancelAsync(session, payout, name, reason), cancellationToken);
    }

    /// <summary>An organisation's refunds, newest first.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="limit">How many at most, above zero.</param>
    /// <param name="after">Only those before the one with this id; null: from the newest on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Payout>> ListAsync(
        OrgId org, int limit, string? after, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return await _store.ReadAsync(session => PayoutSql.ListAsync(session, org, limit, after), cancellationToken);
    }

    /// <summary>One refund; null when there is none or it is another organisation's.</summary>
    public async Task<Payout?> FindAsync(OrgId org, string payout, CancellationToken cancellationToken)
    {
        var found = await _store.ReadAsync(session => PayoutSql.ReadAsync(session, payout), cancellationToken);
        return found?.Org == org ? found : null;
    }

    /// <summary>Whether an organisation was paid at an address before.</summary>
    public Task<bool> WasPaidAsync(OrgId org, string destination, CancellationToken cancellationToken) =>
        _store.ReadAsync(
            session => PayoutSql.WasPaidAsync(session, org.ToString(), destination), cancellationToken);

    /// <summary>What is owed to miners.</summary>
    public async Task<IReadOnlyList<MinerPayable>> MinerPayablesAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(MinerPaySql.ListAsync, cancellationToken);

    /// <summary>Gives credit that pays first and ends at a date, covered by our own rao at the newest rate.</summary>
    /// <param name="id">Made by the caller, once a gift: asked again under it, also after an answer that was lost, it
    /// is not given again.</param>
    /// <param name="org">To whom.</param>
    /// <param name="credit">How much, above zero.</param>
    /// <param name="expires">When what is left of it ends.</param>
    /// <param name="person">Who gives it.</param>
    /// <param name="because">Why.</param>
    /// <param name="cancellationToken">Heard until the change is queued.</param>
    /// <returns>False when our rao does not cover it, or there is no rate.</returns>
    public Task<bool> GrantPromotionAsync(
        string id, OrgId org, NanoUsd credit, DateTimeOffset expires, string person, string because,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return GrantAsync(id, org, credit, expires, new(person, because), cancellationToken);
    }

    /// <summary>The same for a caller who does not ask again before he has looked: under an id of the books.</summary>
    public Task<bool> GrantPromotionAsync(
        OrgId org, NanoUsd credit, DateTimeOffset expires, string person, string because,
        CancellationToken cancellationToken) =>
        GrantAsync(null, org, credit, expires, new(person, because), cancellationToken);

    /// <summary>Gives back what requests paid by a wrong price: the difference to what they cost at the given version
    /// of the model that served them. Once a request; one that costs no less is left out.</summary>
    /// <returns>The corrected requests; empty when the version does not exist.</returns>
    public async Task<IReadOnlyList<ReRatedRequest>> ReRateAsync(
        IReadOnlyList<RequestId> requests, long priceVersion, string person, string because,
        CancellationToken cancellationToken)
    {
        var act = new ReRateAct(Person.Of(person), Person.Reason(because));
        var version = await _store.ReadAsync(
            session => PriceSql.ReadAsync(session, priceVersion), cancellationToken);
        var found = await _store.ReadAsync(
            async session =>
            {
                var paid = new List<PaidRequest>();
                foreach (var request in requests.Distinct())
                {
                    paid.AddRange(await ReRateSql.ReadAsync(session, request) is { } one ? [one] : []);
                }

                return paid;
            },
            cancellationToken);
        var done = new List<ReRatedRequest>();
        foreach (var group in found.GroupBy(paid => paid.Org).Where(_ => version is not null))
        {
            done.AddRange(await _store.WriteAsync(
                session => ReRateSql.ReRateAsync(
                    session, group.Key, [.. group.Select(paid => paid.Request)], version!, act),
                cancellationToken));
        }

        return done;
    }

    /// <summary>A person's word for TAO's price at a deposit's block, where no sample serves it.</summary>
    /// <returns>False when that deposit does not wait for a rate.</returns>
    public Task<bool> CreditDepositAsync(
        DepositId deposit, FxRate rate, string person, string because, CancellationToken cancellationToken) =>
        _deposits.CreditAtAsync(deposit, rate, Person.Of(person), Person.Reason(because), cancellationToken);

    /// <summary>A person's word for whose a quarantined transfer is.</summary>
    /// <returns>False when it is not in quarantine, or known to be another's.</returns>
    public Task<bool> AttributeDepositAsync(
        DepositId deposit, OrgId org, string person, string because, CancellationToken cancellationToken) =>
        _deposits.AttributeAsync(deposit, org, Person.Of(person), Person.Reason(because), cancellationToken);

    /// <summary>A person's word that a quarantined transfer is the operator's own money: it then covers promotions and
    /// corrections.</summary>
    /// <returns>False when it is not in quarantine, or known to be an organisation's.</returns>
    public Task<bool> ClaimDepositAsync(
        DepositId deposit, string person, string because, CancellationToken cancellationToken) =>
        _deposits.ClaimAsync(deposit, Person.Of(person), Person.Reason(because), cancellationToken);

    /// <summary>Makes payouts of what miners are owed, from 0.01 TAO a hotkey. Returns how many.</summary>
    internal async Task<int> PayMinersAsync(CancellationToken cancellationToken)
    {
        if (_owners is null || _destinations is null)
        {
            return 0;
        }

        var made = 0;
        foreach (var payable in await MinerPayablesAsync(cancellationToken))
        {
            if ((payable.Owed - payable.InPayout).Value >= MinerMinimumRao
                && await _owners.OwnerAsync(payable.NetUid, payable.Hotkey, cancellationToken) is { } owner
                && _destinations.Problem(owner) is null
                && await _store.WriteAsync(
                    session => MinerPaySql.PayAsync(
                        session, new(payable.NetUid, payable.Hotkey), owner, MinerMinimumRao),
                    cancellationToken))
            {
                made++;
            }
        }

        return made;
    }

    private Task<Approval> CountAsync(
        string payout, string person, string because, ApprovalProof? proof, CancellationToken cancellationToken)
    {
        var (name, reason) = (Person.Of(person), Person.Reason(because));
        return _store.WriteAsync(
            session => ApprovalSql.ApproveAsync(session, payout, name, reason, proof), cancellationToken);
    }

    private async Task<RefundAnswer> AskAsync(
        string? id, OrgId org, NanoUsd? amount, string destination, string requestedBy,
        CancellationToken cancellationToken)
    {
        var by = Person.Of(requestedBy);
        if (_destinations is null)
        {
            return new RefundAnswer.BadDestination("This gateway pays nothing out: it has no chain.");
        }

        if (_destinations.Problem(destination) is { } problem)
        {
            return new RefundAnswer.BadDestination(problem);
        }

        var wish = new RefundWish(
            id, org, amount, destination, by, _options.NewDestinationWait.Ticks / TimeSpan.TicksPerMillisecond);
        await Recall(org);
        return await _store.WriteAsync(session => RefundSql.RequestAsync(session, wish), cancellationToken);
    }

    private Task<bool> GrantAsync(
        string? id, OrgId org, NanoUsd credit, DateTimeOffset expires, ReRateAct why,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(credit.Value);
        return _store.WriteAsync(
            async session =>
            {
                // Of two under one id the second waits here, and then finds the first.
                await session.LockAsync(PromoSql.RevenueLock);
                if (id is not null && await OperatorActs.ExistsAsync(session, id))
                {
                    return true;
                }

                if ((_options.FixedRate ?? (await RateSql.NewestAsync(session))?.Rate) is not { } rate)
                {
                    return false;
                }

                await OperatorActs.AddAsync(
                    session, id ?? RowId.Create("act_", await session.NowAsync()), why.Person, "grant_promotion",
                    $"{credit} to {org}", why.Because);
                return await PromoSql.GrantAsync(session, org.ToString(), credit, rate, expires);
            },
            cancellationToken);
    }
}
