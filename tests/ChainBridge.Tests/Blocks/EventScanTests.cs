using CsCheck;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;
using Gateway.ChainBridge.Tests.Scale;

namespace Gateway.ChainBridge.Tests.Blocks;

public sealed class EventScanTests
{
    private static readonly RuntimeMetadata Metadata = Runtimes.Spec224;
    private static readonly int ListType = Metadata.Storage("System", "Events").Value;
    private static readonly byte[] Alice = Account("//Alice");
    private static readonly byte[] Bob = Account("//Bob");

    [Fact]
    public void A_transfer_is_found_in_bytes_written_out_by_hand()
    {
        // Spec 224: Balances is pallet 5, Transfer its event 2; one event while extrinsic 3 runs, no topics.
        byte[] raw = [4, 0, 3, 0, 0, 0, 5, 2, .. Alice, .. Bob, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0];

        var found = Assert.Single(EventScan.For(Metadata, ("Balances", "Transfer")).Read(raw));

        Assert.Equal((0, EventPhase.ApplyExtrinsic, 3u), (found.Index, found.Phase, found.Extrinsic));
        Assert.True(found.Is("Balances", "Transfer"));
        Assert.Equal(Alice, found["from"].ToAccount().ToArray());
        Assert.Equal(Bob, found["to"].ToAccount().ToArray());
        Assert.Equal(10, found["amount"].ToRao().Value);
    }

    [Fact]
    public void Wanted_events_keep_their_place_among_the_others()
    {
        var raw = Encode(
            Record(Applying(0), "System", "NewAccount", ("account", ScaleValue.Of(Bob))),
            Record(Applying(1), "Balances", "Transfer", Transfer(7)),
            Record(ScaleValue.CaseOf("Finalization"), "Balances", "Transfer", Transfer(8)),
            Record(ScaleValue.CaseOf("Initialization"), "System", "KilledAccount", ("account", ScaleValue.Of(Bob))));

        var found = EventScan.For(Metadata, ("Balances", "Transfer")).Read(raw);

        Assert.Equal([1, 2], found.Select(one => one.Index));
        Assert.Equal([7ul, 8ul], found.Select(one => one["amount"].ToUInt64()));
        Assert.Equal([1u, null], found.Select(one => one.Extrinsic));
        Assert.Equal([EventPhase.ApplyExtrinsic, EventPhase.Finalization], found.Select(one => one.Phase));
        Assert.Equal(4, EventScan.ForAll(Metadata).Read(raw).Count);
    }

    [Fact]
    public void No_stored_events_are_no_events() => Assert.Empty(EventScan.ForAll(Metadata).Read([]));

    [Fact]
    public void An_event_the_runtime_lacks_is_drift() => Assert.Throws<RuntimeDriftException>(
        () => EventScan.For(Metadata, ("Balances", "Transferred")));

    [Fact]
    public void Bytes_left_are_refused()
    {
        byte[] raw = [.. Encode(Record(Applying(1), "Balances", "Transfer", Transfer(7))), 0];
        Assert.Equal(ScaleFault.BytesLeft, Refusal(raw).Fault);
    }

    [Fact]
    public void A_refusal_names_the_place_also_in_events_nobody_wants()
    {
        var raw = Encode(
            Record(Applying(0), "Balances", "Transfer", Transfer(7)),
            Record(Applying(1), "System", "ExtrinsicSuccess", ("dispatch_info", Info())));
        var broken = raw.AsSpan(0, raw.Length - 2).ToArray();
        Assert.Equal("[1].System.ExtrinsicSuccess.dispatch_info.pays_fee", Refusal(broken).Path);
    }

    [Fact]
    public void Scanning_accepts_exactly_what_decoding_does()
    {
        var some = EventScan.For(Metadata, ("Balances", "Transfer"), ("System", "ExtrinsicSuccess"));
        var all = EventScan.ForAll(Metadata);
        Gen.Select(Gen.Int, Gen.Int[-1, 400], Gen.Byte).Sample(
            sample =>
            {
                var (seed, at, change) = sample;
                var value = new ValueMaker(Metadata.Types, seed).TryMake(ListType);
                if (value is null)
                {
                    return;
                }

                var raw = Metadata.Types.Encode(ListType, value);
                if (at >= 0)
                {
                    raw[at % raw.Length] ^= change;
                }

                var decoded = Try(() => Metadata.Types.Decode(ListType, raw).Items.Length);
                Assert.Equal(decoded, Try(() => all.Read(raw).Count));
                Assert.Equal(decoded is null, Try(() => some.Read(raw).Count) is null);
            },
            iter: 3_000);
    }

    [Fact]
    public void A_scan_allocates_only_what_is_wanted()
    {
        var raw = Encode([.. Enumerable.Range(0, 500).Select(
            index => Record(Applying((uint)index), "System", "ExtrinsicSuccess", ("dispatch_info", Info())))]);
        var scan = EventScan.For(Metadata, ("Balances", "Transfer"));
        _ = scan.Read(raw);

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = scan.Read(raw);

        // The list of found events and nothing else.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }

    private static int? Try(Func<int> read)
    {
        try
        {
            return read();
        }
        catch (ScaleException)
        {
            return null;
        }
    }

    private static ScaleException Refusal(byte[] raw) => Assert.Throws<ScaleException>(
        () => EventScan.For(Metadata, ("Balances", "Transfer")).Read(raw));

    private static byte[] Encode(params ScaleValue[] records) =>
        Metadata.Types.Encode(ListType, ScaleValue.ListOf(records));

    private static ScaleValue.Record Record(
        ScaleValue phase, string pallet, string name, params (string, ScaleValue)[] fields) =>
        ScaleValue.RecordOf(
            ("phase", phase),
            ("event", ScaleValue.CaseOf(pallet, ScaleValue.CaseOf(name, fields))),
            ("topics", ScaleValue.ListOf()));

    private static ScaleValue.Case Applying(uint extrinsic) =>
        ScaleValue.CaseOf("ApplyExtrinsic", ScaleValue.Of(extrinsic));

    private static (string, ScaleValue)[] Transfer(uint amount) =>
        [("from", ScaleValue.Of(Alice)), ("to", ScaleValue.Of(Bob)), ("amount", ScaleValue.Of(amount))];

    private static ScaleValue.Record Info() => ScaleValue.RecordOf(
        ("weight", ScaleValue.RecordOf(("ref_time", ScaleValue.Of(100u)), ("proof_size", ScaleValue.Of(0u)))),
        ("class", ScaleValue.CaseOf("Normal")),
        ("pays_fee", ScaleValue.CaseOf("Yes")));

    private static byte[] Account(string uri)
    {
        using var pair = Sr25519Keypair.FromUri(uri);
        return pair.PublicKey.ToArray();
    }
}
