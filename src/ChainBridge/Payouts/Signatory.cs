using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Payouts;

/// <summary>One key of the deposit multisig, and the account that pays for what it signs.</summary>
internal sealed class Signatory : IDisposable
{
    private const string Purpose = "sweeps";

    // The multisig's deposit, reserved until the sweep is carried out, and fees.
    private const long Needed = 500_000_000;

    private readonly SignerParts _parts;
    private readonly Sr25519Keypair _key;
    private readonly WalletFunds _funds;
    private readonly ShapeGuard _shape;

    private Signatory(SignerParts parts, Sr25519Keypair key, ILogger log)
    {
        _parts = parts;
        _key = key;
        Address = Ss58.Encode(key.PublicKey);
        _funds = new(parts, Address, log);
        _shape = new(parts, Address, Purpose);
    }

    public string Address { get; }

    /// <exception cref="UnauthorizedAccessException">Group or others may touch the file.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The signatory owns its key.")]
    public static Signatory Open(SignerParts parts, string keyFile, ILogger log)
    {
        using var secret = KeyFile.Read(keyFile);
        return new(parts, Sr25519Keypair.FromMiniSecret(secret.Span), log);
    }

    /// <summary>Signs a call into the log; false when it cannot be signed now.</summary>
    public async Task<bool> SignAsync(
        EntryPurpose purpose,
        SweepPlan plan,
        ScaleValue.Case call,
        FinalState head,
        CancellationToken cancellationToken)
    {
        var shape = SweepCalls.ShapeOf(head.Runtime.Metadata);
        var account = await head.AccountAsync(Address, cancellationToken);
        var halts = await _parts.Halts.OfAsync(Address, cancellationToken);
        if (halts.Any(halt => !halt.IsLifted && !halt.Cause.StartsWith("shape:", StringComparison.Ordinal))
            || !await _shape.IsKnownAsync(shape, head.Runtime.SpecVersion, cancellationToken)
            || !await _funds.IsEnoughAsync(account.Free, Needed, cancellationToken))
        {
            return false;
        }

        var terms = TransactionTerms.BornAt(account.Nonce, head.Height, head.Hash);
        var signed = ExtrinsicSigner.Sign(head.Runtime, call, terms, _key);
        _parts.Log.Signed(new()
        {
            Purpose = purpose,
            Wallet = Address,
            Extrinsic = new(signed.Bytes, signed.Hash.ToString(), account.Nonce, head.Height),
            At = _parts.Now,
            Orders = ImmutableArray<PayoutOrder>.Empty,
            Plan = plan,
            IsStored = true,
        });
        return true;
    }

    public void Dispose() => _key.Dispose();
}
