using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Finds what a block's events bring to known addresses, by one runtime. Events alone tell: a call may fail, a
/// batch, a proxy, a multisig or the runtime itself may transfer.</summary>
internal sealed class TransferScan
{
    private const string Balances = "Balances";
    private const string Transfer = "Transfer";
    private const string Subtensor = "SubtensorModule";
    private const string StakeTransferred = "StakeTransferred";

    // Origin coldkey, destination coldkey, hotkey, origin netuid, destination netuid, TAO equivalent
    // (opentensor/subtensor, pallets/subtensor/src/macros/events.rs).
    private const int StakeFrom = 0;
    private const int StakeTo = 1;
    private const int StakeNetUid = 4;
    private const int StakeAmount = 5;
    private const int StakeFields = 6;

    private static readonly string[] TransferFields = ["from", "to", "amount"];

    private readonly EventScan _scan;

    /// <exception cref="RuntimeDriftException">The runtime has no Balances.Transfer, or one with other fields.
    /// </exception>
    public TransferScan(RuntimeMetadata metadata)
    {
        var fields = metadata.Event(Balances, Transfer).Fields;
        if (!fields.Select(field => field.Name).SequenceEqual(TransferFields))
        {
            throw new RuntimeDriftException(
                $"{Balances}.{Transfer} has other fields than {string.Join(", ", TransferFields)}.");
        }

        _scan = HasStake(metadata)
            ? EventScan.For(metadata, (Balances, Transfer), (Subtensor, StakeTransferred))
            : EventScan.For(metadata, (Balances, Transfer));
    }

    /// <summary>The transfers to known addresses, and those from them to cold wallets, in order. Of nothing, which
    /// transfer_all of an empty account sends, there is none.</summary>
    /// <exception cref="ScaleException">The bytes are not exactly a list of this runtime's events.</exception>
    public (List<WatchedTransfer> Transfers, List<WatchedSweep> Sweeps) Read(
        ReadOnlySpan<byte> raw, AddressLookup addresses)
    {
        var (transfers, sweeps) = (new List<WatchedTransfer>(), new List<WatchedSweep>());
        foreach (var one in _scan.Read(raw))
        {
            var isTao = one.Is(Balances, Transfer);
            var transfer = isTao
                ? Find(one.Index, one["from"], one["to"], one["amount"].ToRao(), addresses)
                : FindStake(one, addresses);
            if (transfer is { Amount.Value: > 0 })
            {
                transfers.Add(transfer);
            }
            else if (isTao && FindSweep(one, addresses) is { Amount.Value: > 0 } sweep)
            {
                sweeps.Add(sweep);
            }
        }

        return (transfers, sweeps);
    }

    private static WatchedSweep? FindSweep(ChainEvent one, AddressLookup addresses)
    {
        var cold = one["to"].ToAccount().Span;
        return addresses.Swept(one["from"].ToAccount().Span, cold) is { } address
            ? new WatchedSweep(one.Index, address, Ss58.Encode(cold), one["amount"].ToRao())
            : null;
    }

    private static WatchedTransfer? FindStake(ChainEvent one, AddressLookup addresses)
    {
        var stake = one.Value;
        var netuid = stake[StakeNetUid].ToUInt16();
        return Find(one.Index, stake[StakeFrom], stake[StakeTo], stake[StakeAmount].ToRao(), addresses) is { } transfer
            ? transfer with { Asset = FormattableString.Invariant($"alpha/{netuid}") }
            : null;
    }

    private static WatchedTransfer? Find(
        int index, ScaleValue from, ScaleValue to, Rao amount, AddressLookup addresses)
    {
        var sender = from.ToAccount().Span;
        return addresses.Receiver(sender, to.ToAccount().Span) is { } address
            ? new WatchedTransfer(index, Ss58.Encode(sender), address, amount)
            : null;
    }

    // Older runtimes move no stake between owners; of one that does it in another form nothing is guessed.
    private static bool HasStake(RuntimeMetadata metadata) =>
        metadata.FindPallet(Subtensor)?.Events is { } events
        && metadata.Types[events] is TypeShape.Variant variant
        && variant.Find(StakeTransferred) is { Fields.Length: StakeFields };
}
