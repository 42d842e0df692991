namespace Gateway.ChainBridge.Keys;

/// <summary>Signature schemes of accounts; the names are those of the runtime's MultiSignature.</summary>
internal enum SignatureScheme
{
    Ed25519,
    Sr25519,
}
