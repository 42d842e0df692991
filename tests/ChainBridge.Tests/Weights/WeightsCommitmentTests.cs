using System.Text.Json;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Vectors;
using Gateway.ChainBridge.Weights;

namespace Gateway.ChainBridge.Tests.Weights;

public sealed class WeightsCommitmentTests
{
    [Fact]
    public void The_hash_is_the_one_the_chain_compares()
    {
        var known = KeyVectors.Section("weights_commit");
        using var alice = Sr25519Keypair.FromUri(known.Text("who"));

        var commitment = new WeightsCommitment(
            alice.PublicKey.ToArray(),
            known.GetProperty("netuid_index").GetUInt16(),
            Numbers(known, "uids"),
            Numbers(known, "values"),
            Numbers(known, "salt"),
            known.GetProperty("version_key").GetUInt64());

        Assert.Equal($"0x{known.Text("hash")}", commitment.Hash().ToString());
    }

    private static ushort[] Numbers(JsonElement known, string name) =>
        [.. known.GetProperty(name).EnumerateArray().Select(one => one.GetUInt16())];
}
