using System.Collections.Immutable;
using System.Globalization;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Staking;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Payouts;

/// <summary>The account that pays: signs one extrinsic at a time, watches that it has enough, and stops for a new shape
/// of the runtime.</summary>
internal sealed partial class HotWallet(SignerParts parts, Sr25519Keypair key, ILogger log)
{
    private const string Purpose = "payouts";
    private const string StakePurpose = "stakes";
    private const long ExistentialDeposit = 500;
    private const long FeeOfOrder = 2_000_000;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly WalletFunds _funds = new(parts, Ss58.Encode(key.PublicKey), log);
    private readonly ShapeGuard _shape = new(parts, Ss58.Encode(key.PublicKey), Purpose);
    private readonly ShapeGuard _stakeShape = new(parts, Ss58.Encode(key.PublicKey), StakePurpose);

    public string Address { get; } = Ss58.Encode(key.PublicKey);

    /// <summary>What it held at the last look.</summary>
    public Rao Free => _funds.Free;

    /// <summary>What it must hold to pay orders.</summary>
    public static long Needed(IEnumerable<PayoutOrder> orders) =>
        checked(orders.Sum(order => order.Spends.Value + FeeOfOrder) + ExistentialDeposit);

    /// <summary>Signs a payment into the log; false when it cannot be paid now.</summary>
    public async Task<bool> SignAsync(
        ImmutableArray<PayoutOrder> orders, FinalState head, CancellationToken cancellationToken)
    {
        if (!await IsKnownAsync(orders[0].Kind, head, cancellationToken))
        {
            return false;
        }

        var account = await head.AccountAsync(Address, cancellationToken);
        if (!await _funds.IsEnoughAsync(account.Free, Needed(orders), cancellationToken)
            || await IsNonceGoneAsync(orders, account.Nonce, cancellationToken)
            || !await IsNextAsync(account.Nonce, cancellationToken))
        {
            return false;
        }

        var call = PayoutCalls.Pay(head.Runtime.Metadata, orders);
        var nonce = checked((uint)NonceRule.Of(orders[0].Nonce, account.Nonce));
        var terms = TransactionTerms.BornAt(nonce, head.Height, head.Hash);
        var signed = ExtrinsicSigner.Sign(head.Runtime, call, terms, key);
        parts.Log.Signed(new()
        {
            Purpose = EntryPurpose.Pay,
            Wallet = Address,
            Extrinsic = new(signed.Bytes, signed.Hash.ToString(), nonce, head.Height),
            At = parts.Now,
            Orders = orders,
        });
        Log.Signed(log, orders.Length, signed.Hash.ToString(), nonce);
        return true;
    }

    /// <summary>What it holds; tells when that is less than it paid in the last week.</summary>
    public async Task<Rao> WatchFloatAsync(FinalState head, CancellationToken cancellationToken)
    {
        var free = (await head.AccountAsync(Address, cancellationToken)).Free;
        await _funds.WatchAsync(free, parts.Log.PaidSince(Address, parts.Now - Week), cancellationToken);
        return free;
    }

    /// <summary>Has it filled, or tells that somebody must, for an order that it cannot pay.</summary>
    public Task LackAsync(long needed, CancellationToken cancellationToken) =>
        _funds.IsEnoughAsync(Free, needed, cancellationToken);

    private async Task<bool> IsKnownAsync(OrderKind kind, FinalState head, CancellationToken cancellationToken)
    {
        var (metadata, version) = (head.Runtime.Metadata, head.Runtime.SpecVersion);
        return StakeOrders.IsStake(kind)
            ? await _stakeShape.IsKnownAsync(StakeOrders.ShapeOf(metadata), version, cancellationToken)
            : await _shape.IsKnownAsync(PayoutCalls.ShapeOf(metadata), version, cancellationToken);
    }

    // A log that is older than the chain, restored or another machine's, does not know what was paid since.
    private async Task<bool> IsNextAsync(uint next, CancellationToken cancellationToken)
    {
        if (parts.Log.NextNonce(Address) is not { } expected || expected == next)
        {
            return true;
        }

        var cause = string.Create(CultureInfo.InvariantCulture, $"gap:{next}");
        if (next < expected || await parts.IsLiftedAsync(Address, cause, cancellationToken))
        {
            // A node that is behind what another showed is only waited for.
            return next > expected;
        }

        await parts.Halts.HaltAsync(Address, cause,
            $"The wallet's next nonce is {next}, and by the signer's log it is {expected}: the log is an old one, or "
            + "somebody else signs. Pay nothing again that was paid in between; then lift this.", cancellationToken);
        return false;
    }

    // An expired order may only take its own nonce; if the chain is past it, somebody else signs for this wallet.
    private async Task<bool> IsNonceGoneAsync(
        ImmutableArray<PayoutOrder> orders, uint next, CancellationToken cancellationToken)
    {
        if (orders.FirstOrDefault(order => NonceRule.IsGone(order.Nonce, next)) is not { } order)
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
        [LoggerMessage(3160, LogLevel.Information, "Signed {Count} payouts as {Hash}, nonce {Nonce}")]
        public static partial void Signed(ILogger logger, int count, string hash, long nonce);
    }
}
