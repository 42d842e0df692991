using Gateway.Billing;
using Gateway.ChainBridge.Payouts;

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

    // One wallet, one extrinsic at a time; what expired comes before anything new, for its nonce is the next.
    private Payout? Pick()
    {
        var open = books.State.Payouts.Values.Where(payout => !PayoutRule.IsFinal(payout.State)
            && payout.State is not (PayoutState.Requested or PayoutState.Approved1)).ToList();
        return open.Find(payout => payout.State is PayoutState.Signed or PayoutState.Broadcast)
            ?? open.Find(payout => payout.State == PayoutState.Expired)
            ?? (open.Count == 0 ? null : world.Dice.Pick(open));
    }

    private async Task StepAsync(Payout payout)
    {
        if (payout.Nonce is { } nonce && chain.Find(nonce) is { } result)
        {
            // Of another payout: a person gives this one up, for its extrinsic can never be included.
            var isPaid = result.HasSucceeded && result.Payout == payout.Id;
            await calls.AskAsync(Process, () => isPaid ? books.Pay(payout.Id) : books.Fail(payout.Id));
        }
        else if (payout.State is PayoutState.Approved2 or PayoutState.Expired)
        {
            var (next, era) = (chain.Nonce, chain.Height + EraLength);
            world.Require(
                !NonceRule.IsGone(payout.Nonce, next), "I11", $"{payout.Id} had {payout.Nonce}, and {next} is next.");
            await calls.AskAsync(
                Process, () => books.Sign(payout.Id, NonceRule.Of(payout.Nonce, next), era));
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
