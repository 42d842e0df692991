using System.Collections.Immutable;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Payouts;

/// <summary>The account that pays: signs one extrinsic at a time, watches that it has enough, and stops for a new shape
/// of the runtime.</summary>
internal sealed partial class HotWallet(SignerParts parts, Sr25519Keypair key, ILogger log)
{
    private const string Purpose = "payouts";
    private const long ExistentialDeposit = 500;
    private const long FeeOfOrder = 2_000_000;

    // A simulated chain's faucet gives this much at a time: 100 TAO.
    private static readonly Rao Gift = new(100_000_000_000);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan BetweenAlerts = TimeSpan.FromHours(1);

    private (string Hash, long Least)? _gift;
    private DateTimeOffset _alerted = DateTimeOffset.MinValue;

    public string Address { get; } = Ss58.Encode(key.PublicKey);

    /// <summary>What it held at the last look.</summary>
    public Rao Free { get; private set; }

    /// <summary>Signs a payment into the log; false when it cannot be paid now.</summary>
    public async Task<bool> SignAsync(
        ImmutableArray<PayoutOrder> orders, FinalState head, CancellationToken cancellationToken)
    {
        if (!await HasKnownShapeAsync(head, cancellationToken))
        {
            return false;
        }

        var account = await head.AccountAsync(Address, cancellationToken);
        if (!await IsFundedAsync(orders, account.Free, cancellationToken)
            || await IsNonceGoneAsync(orders, account.Nonce, cancellationToken))
        {
            return false;
        }

        var call = PayoutCalls.Pay(head.Runtime.Metadata, orders);
        var terms = TransactionTerms.BornAt(account.Nonce, head.Height, head.Hash);
        var signed = ExtrinsicSigner.Sign(head.Runtime, call, terms, key);
        parts.Log.Signed(new()
        {
            Purpose = EntryPurpose.Pay,
            Wallet = Address,
            Extrinsic = new(signed.Bytes, signed.Hash.ToString(), account.Nonce, head.Height),
            At = parts.Now,
            Orders = orders,
        });
        Log.Signed(log, orders.Length, signed.Hash.ToString(), account.Nonce);
        return true;
    }

    /// <summary>Tells when what it holds is less than it paid in the last week.</summary>
    public async Task WatchFloatAsync(FinalState head, CancellationToken cancellationToken)
    {
        Free = (await head.AccountAsync(Address, cancellationToken)).Free;
        await BookGiftAsync(cancellationToken);
        var week = parts.Log.PaidSince(Address, parts.Now - Week);
        if (Free.Value < week && parts.Now - _alerted >= BetweenAlerts)
        {
            _alerted = parts.Now;
            Log.LowFloat(log, Address, Free.Value, week);
        }
    }

    private async Task<bool> HasKnownShapeAsync(FinalState head, CancellationToken cancellationToken)
    {
        var shape = PayoutCalls.ShapeOf(head.Runtime.Metadata);
        var known = parts.Log.Shape(Purpose);
        if (known == shape)
        {
            return true;
        }

        var cause = $"shape:{shape}";
        if (known is null || await parts.IsLiftedAsync(Address, cause, cancellationToken))
        {
            parts.Log.AcceptShape(Purpose, shape, parts.Now);
            return true;
        }

        await parts.Halts.HaltAsync(Address, cause,
            $"The runtime {head.Runtime.SpecVersion} lays payments out in another way than the last one. "
            + "Compare its metadata, then lift this.", cancellationToken);
        return false;
    }

    private async Task<bool> IsFundedAsync(
        ImmutableArray<PayoutOrder> orders, Rao free, CancellationToken cancellationToken)
    {
        Free = free;
        await BookGiftAsync(cancellationToken);
        var needed = checked(orders.Sum(order => order.Amount.Value + FeeOfOrder) + ExistentialDeposit);
        if (free.Value >= needed)
        {
            return true;
        }

        if (parts.Options.Faucet is { } faucet)
        {
            // Asked once; the next rounds find it final.
            _gift ??= (faucet(Address, Gift), free.Value + Gift.Value);
        }
        else if (parts.Now - _alerted >= BetweenAlerts)
        {
            _alerted = parts.Now;
            Log.LowFloat(log, Address, free.Value, needed);
        }

        return false;
    }

    private async Task BookGiftAsync(CancellationToken cancellationToken)
    {
        if (_gift is { } gift && Free.Value >= gift.Least)
        {
            await parts.Queue.FundedAsync(gift.Hash, Address, Gift, cancellationToken);
            _gift = null;
        }
    }

    // An expired order may only take its own nonce; if the chain is past it, somebody else signs for this wallet.
    private async Task<bool> IsNonceGoneAsync(
        ImmutableArray<PayoutOrder> orders, uint next, CancellationToken cancellationToken)
    {
        if (orders.FirstOrDefault(order => order.Nonce is { } nonce && nonce != next) is not { } order)
        {
            return false;
        }

        var cause = $"nonce:{order.Id}";
        if (await parts.IsLiftedAsync(Address, cause, cancellationToken))
        {
            foreach (var one in orders.Where(one => one.Nonce == order.Nonce))
            {
                _ = await parts.Queue.FailedAsync(one.Id, "another transaction took its nonce", cancellationToken);
            }

            return true;
        }

        await parts.Halts.HaltAsync(Address, cause,
            $"{order.Id} was signed with nonce {order.Nonce} and expired, and the wallet's next nonce is {next}: "
            + "somebody else signs for it. Lifting this gives the payout up.", cancellationToken);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(3120, LogLevel.Information, "Signed {Count} payouts as {Hash}, nonce {Nonce}")]
        public static partial void Signed(ILogger logger, int count, string hash, long nonce);

        [LoggerMessage(3121, LogLevel.Warning,
            "The hot wallet {Wallet} runs dry: it holds {Free} rao and should hold {Wanted}, which is a week's payouts "
            + "or what waits now")]
        public static partial void LowFloat(ILogger logger, string wallet, long free, long wanted);
    }
}
