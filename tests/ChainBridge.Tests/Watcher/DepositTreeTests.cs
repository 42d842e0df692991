namespace Gateway.ChainBridge.Tests.Watcher;

public sealed class DepositTreeTests
{
    private const string Parent = "5DjYJStmdZ2rcqXbXGX7TW85JsrW6uG4y9MUcLq2BoPMpRA7";

    [Fact]
    public void The_parent_is_the_multisig_that_others_compute() => Assert.Equal(
        Parent,
        DepositTree.Multisig(
            [
                "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
                "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y",
            ],
            threshold: 2));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(65_535, "65535")]
    [InlineData(65_536, "0/0")]
    [InlineData(65_536 + (3 * 65_536) + 7, "3/7")]
    [InlineData(DepositTree.Size - 1, "65535/65535")]
    public void A_place_has_its_path(long place, string path) => Assert.Equal(path, DepositTree.PathOf(place));

    [Fact]
    public void A_level_below_is_derived_from_a_derivative()
    {
        var nested = DepositTree.AddressOf(Parent, 65_536 + (3 * 65_536) + 7);

        Assert.Equal(DepositTree.AddressOf(DepositTree.AddressOf(Parent, 3), 7), nested);
        Assert.Throws<ArgumentOutOfRangeException>(() => DepositTree.AddressOf(Parent, DepositTree.Size));
        Assert.Throws<ArgumentException>(() => DepositTree.AddressOf("5Dj", 0));
    }
}
