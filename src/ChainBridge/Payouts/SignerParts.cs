namespace Gateway.ChainBridge.Payouts;

/// <summary>What all parts of the signer work with.</summary>
internal sealed record SignerParts(
    ChainConnection Chain,
    IPayoutQueue Queue,
    IHaltBook Halts,
    SignerLog Log,
    SignerOptions Options,
    TimeProvider Time)
{
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The state of the chain at the newest finalized block that enough nodes show.</summary>
    public Task<FinalState> AtHeadAsync(CancellationToken cancellationToken) =>
        FinalState.ReadAsync(Chain, cancellationToken);

    /// <summary>Whether a person let the wallet go on after this.</summary>
    public async Task<bool> IsLiftedAsync(string wallet, string cause, CancellationToken cancellationToken) =>
        (await Halts.OfAsync(wallet, cancellationToken)).Any(halt => halt.IsLifted && halt.Cause == cause);
}
