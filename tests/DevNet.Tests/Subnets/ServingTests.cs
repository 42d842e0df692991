using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Transactions;
using Gateway.DevNet.Tests.Chain;

namespace Gateway.DevNet.Tests.Subnets;

public sealed class ServingTests
{
    [Fact]
    public void A_hotkey_without_any_coin_serves_its_axon_for_nothing()
    {
        using var chain = new SubnetChain(SubnetChain.With([SubnetChain.Neuron("//Bob")]));
        Assert.Null(chain.Serve("//Bob//hot", 0x0102_0304));
        var axon = chain.State.Find("Axons", SubnetChain.Net, TestChain.Account("//Bob//hot").ToValue())!;
        Assert.Equal(
            (16909060UL, 8091, 1UL),
            (axon["ip"].ToUInt64(), axon["port"].ToUInt16(), axon["block"].ToUInt64()));
        var account = chain.Inner.Record(TestChain.Account("//Bob//hot"));
        Assert.Equal((1u, 0UL), (account.Nonce, account.Total));

        // Anything else costs, and such an account has nothing to pay with.
        var answer = chain.Inner.Chain.Submit(chain.Inner.Sign("//Bob//hot", chain.Inner.Remark()));
        Assert.Equal(SubmissionOutcome.Invalid, answer.Outcome);
    }

    [Theory]
    [InlineData(4, 0x7f000001UL, false, "InvalidIpAddress")]
    [InlineData(4, 0x7f000001UL, true, null)]
    [InlineData(4, 0xffffffffUL, true, "InvalidIpAddress")]
    [InlineData(6, 1UL, false, "InvalidIpAddress")]
    [InlineData(5, 0x01010101UL, true, "InvalidIpType")]
    [InlineData(4, 0x0a000001UL, false, null)]
    [InlineData(4, 0xa9fea9feUL, false, null)]
    [InlineData(4, 0UL, false, null)]
    public void The_chain_checks_an_address_hardly_at_all(int kind, ulong address, bool loopback, string? error)
    {
        using var chain = new SubnetChain(SubnetChain.With([SubnetChain.Neuron("//Bob")], loopback: loopback));
        Assert.Equal(error, chain.Serve("//Bob//hot", address, kind: (byte)kind));
    }

    [Fact]
    public void Strangers_and_port_0_are_refused()
    {
        using var chain = new SubnetChain(SubnetChain.With([SubnetChain.Neuron("//Bob")]));
        Assert.Equal("HotKeyNotRegisteredInNetwork", chain.Serve("//Eve", 0x0101_0101));
        Assert.Equal("InvalidPort", chain.Serve("//Bob//hot", 0x0101_0101, port: 0));
    }

    [Fact]
    public void A_free_call_says_so_where_prices_are_asked()
    {
        using var chain = new SubnetChain(SubnetChain.With([SubnetChain.Neuron("//Bob")]));
        var call = RuntimeCall.Of(
            chain.Inner.Runtime.Metadata, "SubtensorModule", "set_weights",
            ("netuid", SubnetChain.Net), ("dests", SubnetChain.Numbers([0])), ("weights", SubnetChain.Numbers([1])),
            ("version_key", ScaleValue.Of(0u)));
        Assert.Equal(0UL, Fees.Of(200, call));
        Assert.True(Fees.Of(200, chain.Inner.Remark()) > 0);
    }
}
