using Gateway.Core;

namespace Gateway.Billing;

/// <summary>From finalized transfers to credit: each is one row, and one lot once it is credited. Dust waits for more
/// to its address, a block that no rate serves waits for one, an anomaly waits for a person; nothing is
/// lost.</summary>
internal sealed class Deposits(ILedgerStore store, FxRate? fixedRate)
{
    /// <summary>Takes in a transfer; null when it was known, then nothing changes.</summary>
    internal Task<DepositState?> TakeAsync(FinalizedTransfer transfer, CancellationToken cancellationToken)
    {
        DepositRule.Check(transfer);
        return store.WriteAsync(
            async session =>
            {
                var state = await EnterAsync(session, transfer);
                session.Abandoned = state is null;
                return state;
            },
            cancellationToken);
    }

    /// <summary>Looks again at what waits for a rate: a sample may have been written late, by another replica, or
    /// released by a person. One transaction an organisation.</summary>
    internal async Task ExamineWaitingAsync(CancellationToken cancellationToken)
    {
        foreach (var org in await store.ReadAsync(DepositSql.ListWaitingOrgsAsync, cancellationToken))
        {
            await store.WriteAsync(
                async session =>
                {
                    await AccountLock.TakeAsync(session, org);
                    foreach (var row in await DepositSql.ListWaitingAsync(session, org))
                    {
                        await CreditOrWaitAsync(session, row);
                    }

                    return true;
                },
                cancellationToken);
        }
    }

    /// <summary>A person's word for the rate of a deposit that waits for one; false when it does not wait.</summary>
    internal Task<bool> CreditAtAsync(
        DepositId id, FxRate rate, string person, string because, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate.PicoUsdPerRao);
        return ActAsync(id, "awaiting_rate", async (session, row) =>
        {
            await AccountLock.TakeAsync(session, row.Org!);
            if (await DepositSql.ReadAsync(session, id) is not { State: "awaiting_rate" } locked)
            {
                return false;
            }

            await OperatorActs.AddAsync(
                session, person, "credit_at_rate", $"{id} at {rate.ToUsdPerTao()} USD", because);
            await DepositSql.CreditAsync(session, locked, DepositRule.CreditAt(locked, rate, sample: null));
            return true;
        }, cancellationToken);
    }

    /// <summary>A person's word for whose a quarantined transfer is: from then on it is a deposit like any other. False
    /// when it is not in quarantine or is known to be another's.</summary>
    internal Task<bool> AttributeAsync(
        DepositId id, OrgId org, string person, string because, CancellationToken cancellationToken) =>
        ActAsync(id, "quarantined", async (session, _) =>
        {
            await session.ExecuteAsync(AccountSql.Open, ("org", org.ToString()));
            await AccountLock.TakeAsync(session, org.ToString());
            if (await DepositSql.ReadAsync(session, id) is not { State: "quarantined" } locked
                || (locked.Org is { } owner && owner != org.ToString()))
            {
                return false;
            }

            await OperatorActs.AddAsync(session, person, "attribute_deposit", $"{id} to {org}", because);
            await DepositSql.AttributeAsync(session, id, org);
            await ExamineAsync(session, locked with { Org = org.ToString() });
            return true;
        }, cancellationToken);

    /// <summary>A person's word that a quarantined transfer is the operator's own money. False when it is not in
    /// quarantine, or known to be an organisation's.</summary>
    internal Task<bool> ClaimAsync(
        DepositId id, string person, string because, CancellationToken cancellationToken) =>
        ActAsync(id, "quarantined", async (session, row) =>
        {
            if (row.Org is not null)
            {
                return false;
            }

            await OperatorActs.AddAsync(session, person, "claim_deposit", id.ToString(), because);
            await DepositSql.ClaimAsync(session, row);
            return true;
        }, cancellationToken);

    /// <summary>Takes in a transfer as a part of somebody's transaction; null when it was known.</summary>
    internal async Task<DepositState?> EnterAsync(SqlSession session, FinalizedTransfer transfer)
    {
        DepositRule.Check(transfer);
        var org = transfer.Org.ToString();
        if (transfer.Org != default)
        {
            // The account is held first: two replicas' dust to one address is then counted one after the other.
            await session.ExecuteAsync(AccountSql.Open, ("org", org));
            await AccountLock.TakeAsync(session, org);
        }

        var row = DepositRule.Enter(transfer);
        if (!await DepositSql.TryInsertAsync(session, row, transfer))
        {
            return null;
        }

        await Books.PostAsync(session, "deposit_finalized", row.Id.ToString(), DepositRule.Finalized(row));
        if (transfer.Anomaly != DepositAnomaly.None)
        {
            return DepositState.Quarantined;
        }

        if (transfer.Rate is { } rate)
        {
            await DepositSql.CreditAsync(session, row, DepositRule.CreditAt(row, rate, sample: null));
            return DepositState.Credited;
        }

        return await ExamineAsync(session, row);
    }

    /// <summary>Credits a new deposit, and with it the dust before it, once together they are enough.</summary>
    private async Task<DepositState> ExamineAsync(SqlSession session, DepositRow row)
    {
        await DepositSql.SetStateAsync(session, row.Id, "below_minimum");
        if (!DepositRule.IsEnough(await DepositSql.DustAsync(session, row)))
        {
            return DepositState.BelowMinimum;
        }

        var state = DepositState.Credited;
        foreach (var one in await DepositSql.ListDustAsync(session, row))
        {
            var reached = await CreditOrWaitAsync(session, one);
            state = one.Id == row.Id ? reached : state;
        }

        return state;
    }

    /// <summary>Credits at the rate that serves the deposit's block, or lets it wait for one.</summary>
    private async Task<DepositState> CreditOrWaitAsync(SqlSession session, DepositRow row)
    {
        var sample = fixedRate is null
            ? await RateSql.FindAsync(session, row.BlockTime)
            : await RateSql.NewestAsync(session);
        if (DepositRule.Credit(row, fixedRate, sample) is { } credit)
        {
            await DepositSql.CreditAsync(session, row, credit);
            return DepositState.Credited;
        }

        if (row.State != "awaiting_rate")
        {
            await DepositSql.SetStateAsync(session, row.Id, "awaiting_rate");
        }

        return DepositState.AwaitingRate;
    }

    private Task<bool> ActAsync(
        DepositId id,
        string state,
        Func<SqlSession, DepositRow, Task<bool>> act,
        CancellationToken cancellationToken) => store.WriteAsync(
            async session =>
            {
                // The account is held before the row, so acts on rows of nobody are kept apart by a lock of their own.
                await session.LockAsync("deposit_act");
                var row = await DepositSql.ReadAsync(session, id);
                return row?.State == state && await act(session, row);
            },
            cancellationToken);
}
