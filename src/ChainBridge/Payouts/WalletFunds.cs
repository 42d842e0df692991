using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Whether a wallet of the signer has enough, and what is done when it has not: a simulated chain's faucet
/// fills it, a person does everywhere else.</summary>
internal sealed partial class WalletFunds(SignerParts parts, string address, ILogger log)
{
    // 100 TAO.
    private static readonly Rao Gift = new(100_000_000_000);
    private static readonly TimeSpan BetweenAlerts = TimeSpan.FromHours(1);

    private (string Hash, long Least)? _gift;
    private DateTimeOffset _alerted = DateTimeOffset.MinValue;

    /// <summary>What it held at the last look.</summary>
    public Rao Free { get; private set; }

    /// <summary>Looks, and says whether what it holds is enough.</summary>
    public async Task<bool> IsEnoughAsync(Rao free, long needed, CancellationToken cancellationToken)
    {
        await LookAsync(free, cancellationToken);
        if (free.Value >= needed)
        {
            return true;
        }

        if (parts.Options.Faucet is { } faucet)
        {
            // Asked once; later rounds find it final.
            _gift ??= (faucet(address, Gift), free.Value + Gift.Value);
        }
        else
        {
            Alert(needed);
        }

        return false;
    }

    /// <summary>Tells, once an hour, that it holds less than it should.</summary>
    public async Task WatchAsync(Rao free, long wanted, CancellationToken cancellationToken)
    {
        await LookAsync(free, cancellationToken);
        if (free.Value < wanted)
        {
            Alert(wanted);
        }
    }

    private async Task LookAsync(Rao free, CancellationToken cancellationToken)
    {
        Free = free;
        if (_gift is { } gift && free.Value >= gift.Least)
        {
            await parts.Queue.FundedAsync(gift.Hash, address, Gift, cancellationToken);
            _gift = null;
        }
    }

    private void Alert(long wanted)
    {
        if (parts.Now - _alerted >= BetweenAlerts)
        {
            _alerted = parts.Now;
            Log.LowFloat(log, address, Free.Value, wanted);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3161, LogLevel.Warning,
            "The wallet {Wallet} runs dry: it holds {Free} rao and should hold {Wanted}, which is a week's payouts or "
            + "what waits now")]
        public static partial void LowFloat(ILogger logger, string wallet, long free, long wanted);
    }
}
