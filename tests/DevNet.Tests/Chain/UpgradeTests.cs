using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Tests.Chain;

public sealed class UpgradeTests
{
    [Theory]
    [InlineData(219, 224)]
    [InlineData(224, 225)]
    public void The_block_of_an_upgrade_has_the_old_layout_and_the_next_the_new(int from, int to)
    {
        using var chain = new TestChain(new ChainOptions { SpecVersion = (uint)from });
        var balance = chain.Free("//Bob");
        chain.Chain.Upgrade(RuntimeCatalog.Get((uint)to));
        _ = chain.Chain.Submit(chain.Sign("//Alice", chain.Transfer("transfer_keep_alive", "//Bob", 1_000_000)));
        var upgrade = chain.Chain.Produce();
        Assert.Equal(((uint)from, (uint)to), (upgrade.Layout.SpecVersion, upgrade.Runtime.SpecVersion));
        Assert.Contains(TestChain.Events(upgrade), one => one.Is("Balances", "Transfer"));
        Assert.Contains(TestChain.Events(upgrade), one => one.Is("System", "CodeUpdated"));

        var next = chain.Chain.Produce();
        Assert.Equal(((uint)to, (uint)to), (next.Layout.SpecVersion, next.Runtime.SpecVersion));
        Assert.Contains(TestChain.Events(next), one => one.Is("System", "ExtrinsicSuccess"));
        Assert.Equal(balance + 1_000_000, chain.Free("//Bob"));
    }

    [Fact]
    public void A_rewritten_runtime_has_other_numbers_and_an_extension_nobody_knows()
    {
        var (usual, rewritten) = (RuntimeCatalog.Get(224).Metadata, RuntimeCatalog.Get(225).Metadata);
        Assert.Equal(105, rewritten.Pallet("Balances").Index);
        Assert.NotEqual(usual.Pallet("Balances").Index, rewritten.Pallet("Balances").Index);
        var extension = rewritten.Extrinsic.Extensions[^1];
        Assert.Equal("CheckDevNetMark", extension.Name);
        Assert.Equal(4, rewritten.Types.PlainSize(extension.Extra));
    }
}
