namespace Gateway.Billing;

/// <summary>A signed extrinsic, stored before it is sent and sent unchanged ever after.</summary>
/// <param name="Bytes">As they are sent.</param>
/// <param name="Hash">Their hash, as the chain names them.</param>
/// <param name="Nonce">The signing account's.</param>
/// <param name="Era">Until when the chain takes them, as the signer writes it.</param>
public sealed record SignedPayout(ReadOnlyMemory<byte> Bytes, string Hash, long Nonce, string Era);
