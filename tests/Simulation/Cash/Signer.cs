using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>Signs what two people approved, sends it, and tells the books what became of it. All it knows it reads from
/// books and chain, so its death at any step changes nothing.</summary>
internal sealed class Signer(World world, StoreCalls calls, CashBooks books, SimChain chain)
{
    private const long EraLength = 4;

    private bool _isAtWork;

    internal SimProcess Process { get; private set; } = new(world);

    /// <summary>One step of one payout.</summary>
    internal void Round()
    {
        if (_isAtWork || Pick() is not { } payout)
        {
            return;
        }

        _isAtWork = true;
        Process.Begin(async () =>
        {
            try
            {
                await StepAsync(payout);
            }
            catch (BillingUnavailableException)
            {
                // The next round reads how it stands.
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

    private Payout? Pick()
    {
        var open = books.State.Payouts.Values.Where(payout => !PayoutRule.IsFinal(payout.State)
            && payout.State is not (PayoutState.Requested or PayoutState.Approved1)).ToList();
        return open.Count == 0 ? null : world.Dice.Pick(open);
    }

    private async Task StepAsync(Payout payout)
    {
        if (payout.Nonce is { } nonce && chain.Find(nonce) is { } result)
        {
            await calls.AskAsync(
                Process, () => result.HasSucceeded ? books.Pay(payout.Id) : books.Fail(payout.Id));
        }
        else if (payout.State is PayoutState.Approved2 or PayoutState.Expired)
        {
            var (next, era) = (payout.Nonce ?? chain.NextNonce(), chain.Height + EraLength);
            await calls.AskAsync(Process, () => books.Sign(payout.Id, next, era));
        }
        else if (books.State.Eras[payout.Id] < chain.Height)
        {
            await calls.AskAsync(Process, () => books.MoveTo(payout.Id, PayoutState.Expired));
        }
        else
        {
            chain.Submit(payout, books.State.Eras[payout.Id]);
            await calls.AskAsync(Process, () => books.MoveTo(payout.Id, PayoutState.Broadcast));
        }
    }
}
