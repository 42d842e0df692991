using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>Brings finalized blocks into the books, one after the other, each in one transaction. Two of them race, are
/// killed at any step, and begin again where the books are.</summary>
internal sealed class Watcher(World world, StoreCalls calls, CashBooks books, SimChain chain)
{
    private bool _isAtWork;

    internal SimProcess Process { get; private set; } = new(world);

    /// <summary>Takes what is there, unless it still does.</summary>
    internal void Round()
    {
        if (_isAtWork)
        {
            return;
        }

        _isAtWork = true;
        Process.Begin(async () =>
        {
            try
            {
                await FollowAsync();
            }
            catch (BillingUnavailableException)
            {
                // The next round reads where the books are.
            }

            _isAtWork = false;
        });
    }

    internal void Kill()
    {
        Process.Kill();
        Process = new(world);
        _isAtWork = false;
    }

    private async Task FollowAsync()
    {
        var height = await calls.AskAsync(Process, () => books.State.Height);
        if (world.Dice.OneIn(4) && chain.At(height) is { } known)
        {
            await RepeatAsync(known);
        }

        while (chain.At(height + 1) is { } block)
        {
            foreach (var nothing in block.Transfers.Where(one => one.Amount.Value == 0))
            {
                Refuse(nothing);
            }

            // A block that another watcher has taken meanwhile is no reason to stop.
            await calls.AskAsync(Process, () => books.Take(block));
            height++;
        }
    }

    // A transfer that was handed over before, alone: nothing comes of it unless the books went back meanwhile.
    private async Task RepeatAsync(SimBlock block)
    {
        foreach (var transfer in block.Transfers.Where(one => one.Amount.Value > 0))
        {
            await calls.AskAsync(Process, () => books.Take(transfer));
        }
    }

    private void Refuse(FinalizedTransfer transfer)
    {
        var isRefused = false;
        try
        {
            books.Take(transfer);
        }
        catch (ArgumentException)
        {
            isRefused = true;
        }

        world.Require(isRefused, "I10", "A transfer of nothing is taken.");
    }
}
