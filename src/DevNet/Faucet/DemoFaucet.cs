using System.Globalization;
using System.Text;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.DevNet.Faucet;

/// <summary>Derives the demo deposit from the seed and the organisation alone.</summary>
internal static class DemoFaucet
{
    private const int HashLength = 32;

    // 5 USD.
    private static readonly NanoUsd Credit = new(5_000_000_000);

    internal static FaucetTransfer Transfer(int seed, OrgId org, FxRate rate, DateTimeOffset blockTime)
    {
        var owner = org.Value.ToByteArray(bigEndian: true);
        var genesis = Hash($"devnet-faucet{seed.ToString(CultureInfo.InvariantCulture)}", []);
        var block = Hash("devnet block", [.. genesis, .. owner]);
        var address = Ss58.Encode(Hash("devnet deposit", owner));
        return new FaucetTransfer(
            Hex(genesis), Hex(block), Height: 1, EventIndex: 0, address, org, rate.ToRao(Credit), rate,
            blockTime);
    }

    private static byte[] Hash(string label, byte[] data)
    {
        var hash = new byte[HashLength];
        Hashes.Blake2b256([.. Encoding.UTF8.GetBytes(label), .. data], hash);
        return hash;
    }

    private static string Hex(byte[] hash) => "0x" + Convert.ToHexStringLower(hash);
}
