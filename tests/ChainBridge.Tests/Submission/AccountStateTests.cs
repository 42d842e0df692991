using Gateway.ChainBridge.Submission;
using Gateway.ChainBridge.Tests.Metadata;

namespace Gateway.ChainBridge.Tests.Submission;

public sealed class AccountStateTests
{
    /// <summary>Recorded on mainnet at spec 208 (opentensor/bittensor @bb526e6, tests/helpers).</summary>
    [Fact]
    public void A_recorded_account_reads()
    {
        var stored = Convert.FromHexString(
            "8d000000010000000100000000000000d0c30fbc0100000000e1f505000000000000000000000000"
            + "00000000000000000000000000000080");

        var account = AccountState.Decode(Runtimes.Spec219, stored);

        Assert.Equal(141u, account.Nonce);
        Assert.Equal(7_450_117_072, account.Free.Value);
        Assert.Equal(100_000_000, account.Reserved.Value);
        Assert.Equal(0, account.Frozen.Value);
        Assert.Equal(account, AccountState.Decode(Runtimes.Spec224, stored));
    }

    [Fact]
    public void An_account_nobody_knows_has_nothing()
    {
        var account = AccountState.Decode(Runtimes.Spec224, null);
        Assert.Equal((0u, 0L), (account.Nonce, account.Free.Value));
    }
}
