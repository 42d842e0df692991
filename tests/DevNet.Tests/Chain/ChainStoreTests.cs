using Gateway.ChainBridge.Blocks;
using Gateway.DevNet.Chain;

namespace Gateway.DevNet.Tests.Chain;

public sealed class ChainStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-chain-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_chain_goes_on_where_it_was_final()
    {
        Hash256 genesis, final;
        ulong balance;
        using (var chain = new TestChain(Options()))
        {
            _ = chain.Run("//Bob", chain.Transfer("transfer_keep_alive", "//Alice", 1_000_000));
            Advance(chain.Chain, 5);
            (genesis, final, balance) = (chain.Chain.Genesis, chain.Chain.Finalized.Hash, chain.Free("//Alice"));
        }

        using var again = new TestChain(Options());
        Assert.Equal((genesis, final), (again.Chain.Genesis, again.Chain.Best.Hash));
        Assert.Equal(balance, again.Free("//Alice"));
        Assert.Equal(1u, again.Record(TestChain.Account("//Bob")).Nonce);
        Assert.Equal(again.Chain.Best.Number + 1, again.Chain.Produce().Number);
        _ = again.Run("//Bob", again.Transfer("transfer_keep_alive", "//Alice", 1));
        Assert.Equal(balance + 1, again.Free("//Alice"));
    }

    [Fact]
    public void Old_states_are_forgotten_and_old_blocks_read_from_the_log_before_and_after_a_restart()
    {
        // More than a snapshot's distance, so that the restart begins at one.
        var options = Options() with { KeptStates = 8 };
        Hash256 old;
        using (var chain = new TestChain(options))
        {
            Advance(chain.Chain, 2100);
            old = chain.Chain.At(100)!.Hash;
            AssertReadable(chain.Chain, old);
        }

        Assert.True(File.Exists(Path.Combine(_folder, "state.snapshot")));
        using var again = new TestChain(options);
        AssertReadable(again.Chain, old);
        Assert.Equal(2098u, again.Chain.Best.Number);
        Assert.Equal(10_000_000_000_000UL, again.Free("//Bob"));
        Assert.False(again.Chain.HasState(again.Chain.At(2047)!));
        Assert.True(again.Chain.HasState(again.Chain.At(2048)!));
    }

    [Fact]
    public void A_log_cut_at_any_byte_gives_back_every_whole_block()
    {
        uint height;
        using (var chain = new TestChain(Options()))
        {
            Advance(chain.Chain, 6);
            height = chain.Chain.Finalized.Number;
        }

        var path = Path.Combine(_folder, "blocks.log");
        var whole = File.ReadAllBytes(path);
        for (var cut = 1; cut < 400; cut += 7)
        {
            File.WriteAllBytes(path, whole[..^cut]);
            using var chain = new TestChain(Options());
            Assert.InRange(chain.Chain.Best.Number, 0u, height - 1);
            Assert.Equal(chain.Chain.Best.Number + 1, chain.Chain.Produce().Number);
        }
    }

    [Fact]
    public void A_file_of_something_else_is_refused_and_left_alone()
    {
        var path = Path.Combine(_folder, "blocks.log");
        File.WriteAllText(path, "something else entirely");
        _ = Assert.Throws<InvalidDataException>(() => new TestChain(Options()));
        Assert.Equal("something else entirely", File.ReadAllText(path));
    }

    private static void AssertReadable(DevChain chain, Hash256 old)
    {
        var block = chain.Find(old)!;
        Assert.Equal((100u, old), (block.Number, block.Header.Hash()));
        _ = Assert.Single(block.Extrinsics);
        Assert.False(chain.HasState(block));
        Assert.True(chain.HasState(chain.At(0)!));
    }

    private static void Advance(DevChain chain, int blocks)
    {
        for (var i = 0; i < blocks; i++)
        {
            _ = chain.Produce();
        }
    }

    private ChainOptions Options() => new() { Folder = _folder };
}
