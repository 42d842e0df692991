namespace Gateway.DevNet.Chain.Transactions;

/// <summary>Whether a transaction is taken; the numbers are the error codes that clients judge by
/// (paritytech/polkadot-sdk, substrate/client/rpc-api/src/author/error.rs).</summary>
internal enum SubmissionOutcome
{
    Taken = 0,
    Invalid = 1010,
    Known = 1013,
    LowPriority = 1014,
    PoolFull = 1016,
}
