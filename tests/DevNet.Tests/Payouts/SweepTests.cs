using Gateway.ChainBridge;
using Gateway.ChainBridge.Addresses;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Payouts;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>Deposits go to the cold address, all of them and nowhere else, by the word of two signatories.</summary>
public sealed class SweepTests
{
    private const long ExistentialDeposit = 500;
    private const long Deposit = 12_500_000;

    [Fact]
    public async Task Deposits_of_both_levels_land_at_the_cold_address_exactly()
    {
        await using var rig = await SignerRig.StartAsync();
        var places = await FillAsync(rig, Sweeping(rig), 4);
        var empty = rig.Free(places[4].Address);

        await rig.UntilAsync(() => rig.Books.Sweeps.Any(sweep => sweep.Legs.Count > 0));

        Assert.Equal(4 * (Deposit - ExistentialDeposit), rig.Free(Cold(rig)));
        Assert.All(places.Take(4), place => Assert.Equal(ExistentialDeposit, rig.Free(place.Address)));
        Assert.Equal(0, empty);
        var swept = rig.Books.Sweeps.Single(sweep => sweep.Legs.Count > 0);
        Assert.Equal(
            places.Take(4).Select(place => place.Address).Order(), swept.Legs.Select(leg => leg.Address).Order());
        Assert.All(swept.Legs, leg => Assert.Equal(Deposit - ExistentialDeposit, leg.Amount.Value));
        Assert.Equal(2, rig.Books.Sweeps.Count);
        Assert.All(rig.Books.Sweeps, sweep => Assert.True(Assert.Single(sweep.Fees).Amount.Value > 0));
    }

    [Fact]
    public async Task A_signer_that_dies_between_the_two_signatures_finishes_the_sweep_once()
    {
        await using var rig = await SignerRig.StartAsync();
        await FillAsync(rig, Sweeping(rig), 2);

        await rig.UntilAsync(() => rig.Books.Sweeps.Count == 1);
        rig.Restart();
        await rig.UntilAsync(() => rig.Books.Sweeps.Count == 2);
        rig.Restart();
        for (var round = 0; round < 10; round++)
        {
            await rig.RoundAsync();
            rig.Produce(1);
        }

        Assert.Equal(2, rig.Books.Sweeps.Count);
        Assert.Equal(2 * (Deposit - ExistentialDeposit), rig.Free(Cold(rig)));
    }

    [Fact]
    public async Task With_one_key_alone_nothing_moves()
    {
        await using var rig = await SignerRig.StartAsync();
        var ports = Sweeping(rig);
        await FillAsync(rig, ports with { KeyFiles = [ports.KeyFiles[0]] }, 2);

        await rig.UntilAsync(() => rig.Books.Sweeps.Count == 1);
        for (var round = 0; round < 10; round++)
        {
            await rig.RoundAsync();
            rig.Produce(1);
        }

        Assert.Equal(0, rig.Free(Cold(rig)));
    }

    private static string Cold(SignerRig rig) => rig.KeyOf("cold");

    private static SweepPorts Sweeping(SignerRig rig)
    {
        string[] names = ["signatory-1", "signatory-2", "signatory-3"];
        var addresses = names.Select(rig.KeyOf).ToArray();
        foreach (var address in addresses.Take(2))
        {
            rig.Give(address, 5_000_000_000);
        }

        return new(new Places(addresses), addresses, [rig.FileOf(names[0]), rig.FileOf(names[1])]);
    }

    private static async Task<IReadOnlyList<DepositPlace>> FillAsync(SignerRig rig, SweepPorts ports, int count)
    {
        var places = await ports.Places.ListAsync("", TestContext.Current.CancellationToken);
        foreach (var place in places.Take(count))
        {
            rig.Give(place.Address, Deposit);
        }

        rig.Sweep(ports, Cold(rig));
        rig.Time.Advance(TimeSpan.FromHours(7));
        return places;
    }

    private sealed class Places(string[] signatories) : IDepositPlaces
    {
        // The last of the first level, and of the second level the first and one further on.
        private static readonly long[] All =
            [0, DepositTree.Level - 1, DepositTree.Level, DepositTree.Level + (3L * DepositTree.Level) + 7, 1];

        public Task<IReadOnlyList<DepositPlace>> ListAsync(string parent, CancellationToken cancellationToken)
        {
            var multisig = KeylessAccount.Multisig(
                signatories.Select(one => (ReadOnlyMemory<byte>)SignerRig.Bytes(one)), 2);
            Assert.True(parent.Length == 0 || parent == Ss58.Encode(multisig));
            return Task.FromResult<IReadOnlyList<DepositPlace>>(
                [.. All.Select(n => new DepositPlace(DepositTree.AddressOf(Ss58.Encode(multisig), n), n))]);
        }
    }
}
