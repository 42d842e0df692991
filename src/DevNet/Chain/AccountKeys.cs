using System.Globalization;
using System.Text;
using Gateway.ChainBridge.Keys;

namespace Gateway.DevNet.Chain;

/// <summary>The keys of a simulated network's people: the same for the same seed. Whoever knows the seed has them all.
/// </summary>
internal static class AccountKeys
{
    private const int SecretLength = 32;

    public static Sr25519Keypair OfMiner(int seed, int number) => Of("miner", seed, number);

    public static Sr25519Keypair OfValidator(int seed, int number) => Of("validator", seed, number);

    /// <summary>The owner of the neuron with this uid.</summary>
    public static Sr25519Keypair OfOwner(int seed, int uid) => Of("owner", seed, uid);

    private static Sr25519Keypair Of(string role, int seed, int number)
    {
        var secret = new byte[SecretLength];
        var text = string.Create(CultureInfo.InvariantCulture, $"devnet {role} {seed} {number}");
        Hashes.Blake2b256(Encoding.UTF8.GetBytes(text), secret);
        return Sr25519Keypair.FromMiniSecret(secret);
    }
}
