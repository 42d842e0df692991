using Gateway.Core;

namespace Gateway.DevNet;

/// <summary>The demo organisation's deposit, in the form of a finalized transfer. The same network seed and
/// organisation give the same (<paramref name="Genesis"/>, <paramref name="BlockHash"/>,
/// <paramref name="EventIndex"/>), so that a ledger credits it once however often it is offered.</summary>
/// <param name="Genesis">The simulated chain's, <c>0x</c> and 64 hex digits; never Bittensor's.</param>
/// <param name="BlockHash">Of the block that holds the transfer, in the same form.</param>
/// <param name="Height">That block's number.</param>
/// <param name="EventIndex">The transfer's place among the block's events.</param>
/// <param name="Address">The organisation's deposit address, SS58 with prefix 42. Nobody holds its key.</param>
/// <param name="Org">Who is credited.</param>
/// <param name="Amount">What buys 5 USD at that rate: 12,500,000 rao at 400.00.</param>
/// <param name="Rate">The fixed price of TAO on this network.</param>
/// <param name="BlockTime">When this network started, UTC.</param>
public sealed record FaucetTransfer(
    string Genesis,
    string BlockHash,
    long Height,
    int EventIndex,
    string Address,
    OrgId Org,
    Rao Amount,
    FxRate Rate,
    DateTimeOffset BlockTime);
