using System.Text;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge.Payouts;

/// <summary>An approver's own key. Only a simulated network's generated approvers keep theirs here.</summary>
public sealed class ApproverKey : IDisposable
{
    private readonly Sr25519Keypair _key;

    private ApproverKey(Sr25519Keypair key)
    {
        _key = key;
        Address = Ss58.Encode(key.PublicKey);
    }

    /// <summary>The account, SS58.</summary>
    public string Address { get; }

    /// <summary>Opens the key in a file, made when it is not there; mode 0600.</summary>
    /// <exception cref="UnauthorizedAccessException">Group or others may touch the file.</exception>
    /// <exception cref="InvalidDataException">The file is not 64 hex digits.</exception>
    public static ApproverKey Open(string file)
    {
        using var secret = File.Exists(file) ? KeyFile.Read(file) : KeyFile.Create(file);
        return new(Sr25519Keypair.FromMiniSecret(secret.Span));
    }

    /// <summary>The proof that this account approves exactly this payment.</summary>
    public string Prove(PayoutOrder order) => Sign(PayoutChallenge.Of(order));

    /// <summary>The signature of a message as a wallet makes it: <c>0x</c> and 128 hex digits.</summary>
    public string Sign(string message)
    {
        var signature = new byte[Sr25519.SignatureLength];
        _key.Sign(WrappedMessage.Wrap(Encoding.UTF8.GetBytes(message)), signature);
        return "0x" + Convert.ToHexStringLower(signature);
    }

    /// <summary>Zeroes the secret.</summary>
    public void Dispose() => _key.Dispose();
}
