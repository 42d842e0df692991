using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Tests.Metadata;

namespace Gateway.ChainBridge.Tests.Keys;

public sealed class ForeignSignatureTests
{
    [Fact]
    public void Signatures_of_a_running_node_hold()
    {
        var lines = Runtimes.ForeignSignatures;
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line =>
        {
            var parts = line.Split(' ').Skip(1).Select(Convert.FromHexString).ToArray();
            Assert.True(Sr25519.Verify(parts[0], parts[1], parts[2]), line);
            parts[1][0] ^= 1;
            Assert.False(Sr25519.Verify(parts[0], parts[1], parts[2]), line);
        });
    }
}
