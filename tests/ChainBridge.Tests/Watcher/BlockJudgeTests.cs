using System.Buffers.Binary;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Watcher;

namespace Gateway.ChainBridge.Tests.Watcher;

/// <summary>What of a block is believed: nothing that one node says alone.</summary>
public sealed class BlockJudgeTests
{
    private static readonly RuntimeMetadata Metadata = Runtimes.Spec224;
    private static readonly RuntimeContext Runtime = new(Metadata, Hash256.Of([1]), 224, 1);
    private static readonly Hash256 Parent = Hash256.Of([7]);
    private static readonly ChainPosition Last = new(8, Parent.ToString());
    private static readonly byte[] Alice = AccountOf("//Alice");
    private static readonly byte[] Bob = AccountOf("//Bob");

    private static readonly BlockHeader Header = new(Parent, 9, Hash256.Of([2]), Hash256.Of([3]), []);

    // Spec 224: Balances is pallet 5, Transfer its event 2; one event while extrinsic 3 runs, no topics.
    private static readonly byte[] OneTransfer =
        [4, 0, 3, 0, 0, 0, 5, 2, .. Alice, .. Bob, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public async Task What_two_nodes_say_alike_is_taken()
    {
        var (block, fault) = await JudgeAsync(Block(), Block());

        Assert.Null(fault);
        var transfer = Assert.Single(block!.Transfers);
        Assert.Equal((0, Ss58.Encode(Alice), Ss58.Encode(Bob), 10),
            (transfer.EventIndex, transfer.Sender, transfer.Address, transfer.Amount.Value));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000), block.Time);
        Assert.Equal((9, Parent.ToString()), (block.Position.Height, block.Parent));
    }

    [Fact]
    public async Task A_header_that_is_not_what_its_hash_says_is_a_fault() =>
        await FaultAsync("hashes to", Block() with { Hash = Hash256.Of([9]) });

    [Fact]
    public async Task A_hash_without_a_block_is_a_fault() =>
        await FaultAsync("has no such block", Block(), Block() with { Header = null });

    [Fact]
    public async Task Another_number_than_was_asked_for_is_a_fault() =>
        await FaultAsync("says number 9", Block() with { Height = 10 });

    [Fact]
    public async Task A_parent_that_does_not_link_is_a_fault()
    {
        var header = Header with { Parent = Hash256.Of([8]) };
        await FaultAsync("The parent of block 9", Block() with { Header = header, Hash = header.Hash() });
    }

    [Fact]
    public async Task Attack_36_Nodes_that_differ_in_a_byte_are_a_fault()
    {
        byte[] events = [.. OneTransfer];
        events[^9] = 0x0b;
        var other = Header with { StateRoot = Hash256.Of([4]) };
        await FaultAsync("differ on the events", Block(), WithEvents(events));
        await FaultAsync("differ on the events", Block(), Block() with { Moment = Moment(1) });
        await FaultAsync("differ on the hash", Block(), Block() with { Header = other, Hash = other.Hash() });
    }

    [Fact]
    public async Task Metadata_that_reads_the_same_bytes_differently_is_a_fault()
    {
        var lying = new RuntimeContext(WithoutTransfer("Transfered"), Runtime.Genesis, 224, 1);
        await FaultAsync("do not read", Block(), Block() with { Runtime = lying });
    }

    [Fact]
    public async Task Events_that_do_not_read_are_never_no_deposits()
    {
        await FaultAsync("do not read", WithEvents([.. OneTransfer, 0]));
        await FaultAsync("do not read", WithEvents(OneTransfer[..^1]));
        await FaultAsync("do not read", WithEvents([4, 0, 3, 0, 0, 0, 250, 2]));
        await FaultAsync("do not read", Block() with { Moment = [] });
    }

    [Theory]
    [InlineData("Transferred", "from")]
    [InlineData("Transfer", "sender")]
    public async Task A_runtime_without_the_known_transfer_is_a_fault(string name, string field)
    {
        var drifted = new RuntimeContext(WithoutTransfer(name, field), Runtime.Genesis, 224, 1);
        await FaultAsync("Transfer", Block() with { Runtime = drifted });
    }

    [Fact]
    public async Task Alpha_that_is_moved_to_us_is_no_TAO()
    {
        var index = Metadata.Event("SubtensorModule", "StakeTransferred").Index;
        byte[] raw =
        [
            4, 0, 3, 0, 0, 0, Metadata.Pallet("SubtensorModule").Index, index,
            .. Alice, .. Bob, .. Alice, 4, 0, 4, 0, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0,
        ];

        var (block, fault) = await JudgeAsync(WithEvents(raw));

        Assert.Null(fault);
        Assert.Equal(("alpha/4", 10), (block!.Transfers[0].Asset, block.Transfers[0].Amount.Value));
    }

    [Fact]
    public async Task Nothing_that_is_transferred_is_no_deposit()
    {
        byte[] events = [.. OneTransfer];
        events[^9] = 0;

        Assert.Empty((await JudgeAsync(WithEvents(events))).Block!.Transfers);
    }

    [Fact]
    public async Task What_goes_from_a_known_address_to_a_cold_wallet_is_a_sweep_and_no_deposit()
    {
        byte[] sweep = [4, 0, 3, 0, 0, 0, 5, 2, .. Bob, .. Alice, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0];

        var (block, fault) = await JudgeAsync(WithEvents(sweep), WithEvents(sweep));

        Assert.Null(fault);
        Assert.Empty(block!.Transfers);
        Assert.Equal(
            new WatchedSweep(0, Ss58.Encode(Bob), Ss58.Encode(Alice), new(10)), Assert.Single(block.Sweeps));
    }

    private static async Task FaultAsync(string expected, params NodeBlock[] said)
    {
        var (block, fault) = await JudgeAsync(said);
        Assert.Null(block);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    private static async Task<(WatchedBlock? Block, string? Fault)> JudgeAsync(params NodeBlock[] said)
    {
        using var addresses = new AddressLookup(new OneAddress());
        await addresses.RefreshAsync(TestContext.Current.CancellationToken);
        return new BlockJudge("0xgenesis", addresses).Judge(said, Last);
    }

    private static NodeBlock Block() => new(9, Header.Hash(), Header, OneTransfer, Moment(), Runtime);

    private static NodeBlock WithEvents(byte[] events) => new(9, Header.Hash(), Header, events, Moment(), Runtime);

    private static byte[] Moment(int more = 0)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, 1_700_000_000_000 + more);
        return bytes;
    }

    // The runtime with another name for the event, or for the first of its fields.
    private static RuntimeMetadata WithoutTransfer(string name, string field = "from")
    {
        var events = Metadata.Pallet("Balances").Events!.Value;
        var shape = (TypeShape.Variant)Metadata.Types[events];
        TypeCase[] cases =
        [
            .. shape.Cases.Select(one => one.Name != "Transfer"
                ? one
                : one with
                {
                    Name = name,
                    Fields = [one.Fields[0] with { Name = field }, .. one.Fields.Skip(1)],
                }),
        ];
        var types = new TypeRegistry([.. Metadata.Types.Types.Select((type, id) => id == events
            ? type with { Shape = new TypeShape.Variant([.. cases]) }
            : type)]);
        return new RuntimeMetadata(
            Metadata.Version, types, Metadata.Pallets, Metadata.Extrinsic, Metadata.Runtime, Metadata.Apis);
    }

    private static byte[] AccountOf(string uri)
    {
        using var pair = Sr25519Keypair.FromUri(uri);
        return pair.PublicKey.ToArray();
    }

    private sealed class OneAddress : IAddressBook
    {
        public IReadOnlyList<string> OwnWallets => [];

        public IReadOnlyList<string> ColdWallets => [Ss58.Encode(Alice)];

        public Task<IReadOnlyList<KnownAddress>> AfterAsync(long number, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<KnownAddress>>(number == 0 ? [new(1, Ss58.Encode(Bob))] : []);
    }
}
