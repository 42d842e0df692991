using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One finalized block, one transaction: its deposits, what is booked for them, and the cursor's step. So a
/// block is in the books whole, once, and after its parent, whoever watches and however often he dies.</summary>
internal sealed class BlockIntake(ILedgerStore store, Deposits deposits)
{
    /// <summary>False, and nothing is changed, when the books are not at the block's parent or stand still.</summary>
    internal Task<bool> TakeAsync(FinalizedBlock block, CancellationToken cancellationToken)
    {
        Check(block);
        return store.WriteAsync(session => TakeAsync(session, block), cancellationToken);
    }

    /// <summary>Keeps what lies on an address beyond what the books know, for a person to look at. Only while the books
    /// are at the block it was found at: otherwise another watcher may have kept it already.</summary>
    internal Task<bool> TakeSurplusAsync(
        ChainCursor at, string address, Rao surplus, DateTimeOffset time, CancellationToken cancellationToken) =>
        store.WriteAsync(
            async session =>
            {
                if (!await ChainSql.HoldAsync(session, at)
                    || await AddressSql.FindAsync(session, address) is not { } known)
                {
                    return false;
                }

                // No event names it, so its number does, above all that events have.
                const int Above = 1 << 30;
                var transfer = new FinalizedTransfer(
                    at.Genesis, at.Hash, at.Height, checked(Above + (int)known.Number), address, known.Org, surplus,
                    Rate: null, time)
                {
                    Anomaly = DepositAnomaly.Drift,
                };
                return await deposits.EnterAsync(session, transfer) is not null;
            },
            cancellationToken);

    private static void Check(FinalizedBlock block)
    {
        ArgumentException.ThrowIfNullOrEmpty(block.Genesis);
        ArgumentException.ThrowIfNullOrEmpty(block.Hash);
        ArgumentException.ThrowIfNullOrEmpty(block.ParentHash);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(block.Height);
        foreach (var transfer in block.Transfers)
        {
            ArgumentException.ThrowIfNullOrEmpty(transfer.Address);
            ArgumentOutOfRangeException.ThrowIfNegative(transfer.EventIndex);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(transfer.Amount.Value);
        }

        foreach (var sweep in block.Sweeps)
        {
            ArgumentException.ThrowIfNullOrEmpty(sweep.Address);
            ArgumentException.ThrowIfNullOrEmpty(sweep.Cold);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sweep.Amount.Value);
        }
    }

    private async Task<bool> TakeAsync(SqlSession session, FinalizedBlock block)
    {
        // First of all locks: two watchers pass here one after the other.
        if (!await ChainSql.AdvanceAsync(session, block))
        {
            session.Abandoned = true;
            return false;
        }

        // A step over nothing is made again by the next watcher if a power cut takes it.
        session.IsReplayable = block.Transfers.Count == 0 && block.Sweeps.Count == 0;
        var owners = await OwnersAsync(session, block);
        foreach (var org in owners.Values.Select(org => org.ToString()).Distinct().Order(StringComparer.Ordinal))
        {
            await AccountLock.TakeAsync(session, org);
        }

        foreach (var transfer in block.Transfers)
        {
            await TakeAsync(session, block, transfer, owners);
        }

        // With the block, not when the signer knows: so what the books hold is what the chain held at the cursor.
        foreach (var sweep in block.Sweeps)
        {
            await Books.PostAsync(session, "swept", $"{block.Hash}/{sweep.EventIndex}",
                new("chain/" + sweep.Address, Books.RaoAsset, -sweep.Amount.Value),
                new("chain/" + sweep.Cold, Books.RaoAsset, sweep.Amount.Value));
        }

        return true;
    }

    private async Task TakeAsync(
        SqlSession session, FinalizedBlock block, BlockTransfer transfer, Dictionary<string, OrgId> owners)
    {
        var isKnown = owners.TryGetValue(transfer.Address, out var org);
        if (transfer.Asset is not null)
        {
            await ChainSql.AddForeignAsync(session, block, transfer, isKnown ? org : null);
            return;
        }

        await deposits.EnterAsync(session, new(
            block.Genesis, block.Hash, block.Height, transfer.EventIndex, transfer.Address, org, transfer.Amount,
            Rate: null, block.Time)
        {
            Sender = transfer.Sender,
            Anomaly = isKnown ? DepositAnomaly.None : DepositAnomaly.Unattributed,
        });
    }

    private static async Task<Dictionary<string, OrgId>> OwnersAsync(SqlSession session, FinalizedBlock block)
    {
        var owners = new Dictionary<string, OrgId>(StringComparer.Ordinal);
        foreach (var address in block.Transfers.Select(transfer => transfer.Address).Distinct(StringComparer.Ordinal))
        {
            if (await AddressSql.FindAsync(session, address) is { } known)
            {
                owners[address] = known.Org;
            }
        }

        return owners;
    }
}
