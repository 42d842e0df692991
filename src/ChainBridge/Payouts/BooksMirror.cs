using Gateway.ChainBridge.Staking;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Makes the books say what the signer's log says: after a crash between two steps, and after the books went
/// back in time. Told again and again it changes nothing more.</summary>
internal sealed class BooksMirror(SignerParts parts)
{
    // Longer than any backup that books are restored from may be old; while a signer runs, books lose minutes.
    private static readonly TimeSpan LongMemory = TimeSpan.FromDays(30);
    private static readonly TimeSpan ShortMemory = TimeSpan.FromDays(1);

    private bool _hasRun;

    /// <summary>Takes over what the books say is signed and this log does not know: another log's signer died.
    /// </summary>
    public async Task AdoptAsync(string wallet, CancellationToken cancellationToken)
    {
        foreach (var group in (await parts.Queue.UnderWayAsync(cancellationToken))
            .GroupBy(one => one.Extrinsic.Hash).Where(group => !parts.Log.Knows(group.Key)))
        {
            parts.Log.Signed(new()
            {
                Purpose = EntryPurpose.Pay,
                Wallet = wallet,
                Extrinsic = group.First().Extrinsic,
                At = parts.Now,
                Orders = [.. group.Select(one => one.Order)],
                IsStored = true,
            });
        }
    }

    /// <summary>Tells the books whatever they lack of what this log has.</summary>
    /// <param name="ready">Orders that the books want signed: of these they are told however long ago it was.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The orders that they cannot have as they are; none when they now agree.</returns>
    public async Task<IReadOnlyList<string>> AlignAsync(
        IEnumerable<PayoutOrder> ready, CancellationToken cancellationToken)
    {
        var since = parts.Now - (_hasRun ? ShortMemory : LongMemory);
        var latest = parts.Log.Entries
            .Where(entry => entry.At > since || entry.End is null)
            .SelectMany(entry => entry.Orders)
            .Concat(ready)
            .Select(order => order.Id)
            .Distinct()
            .Select(id => (Id: id, Last: parts.Log.Of(id).LastOrDefault()))
            .Where(one => one.Last is not null)
            .ToDictionary(one => one.Id, one => one.Last!.Extrinsic.Hash);
        var states = (await parts.Queue.StatesAsync(latest.Keys, cancellationToken)).ToDictionary(one => one.Id);
        var refused = new List<string>();
        foreach (var hash in latest.Values.Distinct())
        {
            refused.AddRange(await AlignAsync(parts.Log.Find(hash), latest, states, cancellationToken));
        }

        _hasRun = refused.Count == 0;
        return refused;
    }

    private async Task<List<string>> AlignAsync(
        LogEntry entry,
        Dictionary<string, string> latest,
        Dictionary<string, OrderState> states,
        CancellationToken cancellationToken)
    {
        var refused = new List<string>();
        var hash = entry.Extrinsic.Hash;
        foreach (var order in entry.Orders.Where(order => latest.GetValueOrDefault(order.Id) == hash))
        {
            var known = states.GetValueOrDefault(order.Id);
            var isTold = entry.End is null
                ? await TellSignedAsync(entry, order, known, cancellationToken)
                : await TellEndAsync(entry, order, known, cancellationToken);
            if (!isTold && !entry.IsStored)
            {
                await DropAsync(entry, cancellationToken);
                return refused;
            }

            if (!isTold)
            {
                refused.Add(order.Id);
            }
        }

        if (entry is { End: null, IsStored: false })
        {
            parts.Log.Stored(hash, parts.Now);
        }

        return refused;
    }

    private Task<bool> TellSignedAsync(
        LogEntry entry, PayoutOrder order, OrderState? known, CancellationToken cancellationToken)
    {
        var isSame = known?.Hash == entry.Extrinsic.Hash;
        return known?.Stage switch
        {
            OrderStage.UnderWay => Task.FromResult(isSame),
            OrderStage.Paid => Task.FromResult(isSame),
            OrderStage.Undone => Task.FromResult(false),
            null when !entry.IsStored => Task.FromResult(false),
            OrderStage.Waiting or OrderStage.Expired when !entry.IsStored =>
                parts.Queue.SignedAsync(order.Id, entry.Extrinsic, cancellationToken),
            _ => parts.Queue.RestoredAsync(order, entry.Extrinsic, cancellationToken),
        };
    }

    private async Task<bool> TellEndAsync(
        LogEntry entry, PayoutOrder order, OrderState? known, CancellationToken cancellationToken)
    {
        var isSame = known?.Hash == entry.Extrinsic.Hash;
        var isOpen = isSame && known!.Stage is OrderStage.UnderWay or OrderStage.Expired;
        switch (entry.End!.Kind)
        {
            case EndKind.Done:
                return known?.Stage == OrderStage.Paid || await TellPaidAsync(entry, order, isOpen, cancellationToken);
            case EndKind.Expired:
                return await TellExpiredAsync(entry, order, known, cancellationToken);
            case EndKind.Failed:
                // Books that went back in time may want it paid once more.
                _ = (isOpen || known?.Stage is OrderStage.Waiting)
                    && await parts.Queue.FailedAsync(order.Id, entry.End.Because!, cancellationToken);
                return true;
            default:
                _ = isOpen && await parts.Queue.ReleasedAsync(
                    order.Id, entry.Extrinsic.Hash, entry.End.Wait, cancellationToken);
                return true;
        }
    }

    private async Task<bool> TellPaidAsync(
        LogEntry entry, PayoutOrder order, bool isOpen, CancellationToken cancellationToken)
    {
        // The fee is paid once, and counted to the first of the orders.
        var fee = order.Id == entry.Orders[0].Id ? entry.End!.Fee : default;
        return (isOpen || await parts.Queue.RestoredAsync(order, entry.Extrinsic, cancellationToken))
            && (StakeOrders.IsStake(order.Kind)
                ? await parts.Queue.StakedAsync(order.Id, ReportOf(entry), cancellationToken)
                : await parts.Queue.FinalizedAsync(
                    order.Id, entry.End!.Block!, entry.Wallet, fee, cancellationToken));
    }

    private static StakeReport ReportOf(LogEntry entry) =>
        new(entry.Extrinsic.Hash, entry.Wallet, entry.End!.Legs[0].Amount, entry.End.Fee);

    // Also of an expired order the books must know that it was signed: its nonce is the only one it may take.
    private async Task<bool> TellExpiredAsync(
        LogEntry entry, PayoutOrder order, OrderState? known, CancellationToken cancellationToken)
    {
        var isSame = known?.Hash == entry.Extrinsic.Hash;
        if (isSame && known!.Stage != OrderStage.UnderWay)
        {
            return true;
        }

        return (isSame || await parts.Queue.RestoredAsync(order, entry.Extrinsic, cancellationToken))
            && await parts.Queue.ExpiredAsync(order.Id, cancellationToken);
    }

    // It was never sent, so what the books took of it is ready again.
    private async Task DropAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        parts.Log.Ended(entry.Extrinsic.Hash, new(EndKind.Dropped), parts.Now);
        foreach (var order in entry.Orders)
        {
            _ = await parts.Queue.ReleasedAsync(
                order.Id, entry.Extrinsic.Hash, TimeSpan.Zero, cancellationToken);
        }
    }
}
