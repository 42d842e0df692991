using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Payouts;

/// <summary>The calls that bring deposits to the cold address.</summary>
internal static class SweepCalls
{
    /// <summary>The most addresses of one sweep.</summary>
    public const int MostPlaces = 100;

    /// <summary>Signatories that must agree.</summary>
    public const ushort Threshold = 2;

    // What an item may take at most; unused weight is given back.
    private const ulong TimeOfItem = 650_000_000;
    private const ulong ProofOfItem = 15_000;

    private static readonly (string, string)[] Calls =
    [
        ("Balances", "transfer_all"), ("Utility", "batch_all"), ("Utility", "as_derivative"),
        ("Multisig", "approve_as_multi"), ("Multisig", "as_multi"),
    ];

    private static readonly (string, string)[] Events =
        [("Balances", "Transfer"), ("Multisig", "MultisigExecuted"), ("TransactionPayment", "TransactionFeePaid")];

    /// <summary>What sweeps stand on.</summary>
    public static string ShapeOf(RuntimeMetadata metadata) => RuntimeShape.Of(metadata, Calls, Events);

    /// <summary>What the multisig does: all that each address has, but for the existential deposit, to one place. An
    /// address that is kept alive can be swept again when only a little came.</summary>
    public static ScaleValue.Case Sweep(RuntimeMetadata metadata, IEnumerable<long> places, string cold) =>
        RuntimeCall.Of(
            metadata,
            "Utility",
            "batch_all",
            ("calls", ScaleValue.ListOf([.. places.Select(place => OfPlace(metadata, place, cold))])));

    /// <summary>How many steps of as_derivative lead to the places, one or two each.</summary>
    public static int ItemsOf(IEnumerable<long> places) => places.Sum(place => DepositTree.IndicesOf(place).Length);

    /// <summary>The first signatory's word.</summary>
    public static ScaleValue.Case Approve(
        RuntimeMetadata metadata, IEnumerable<byte[]> others, Hash256 callHash, int items) => RuntimeCall.Of(
            metadata,
            "Multisig",
            "approve_as_multi",
            ("threshold", ScaleValue.Of((UInt128)Threshold)),
            ("other_signatories", Sorted(others)),
            ("maybe_timepoint", ScaleValue.None),
            ("call_hash", ScaleValue.Of(callHash.Bytes)),
            ("max_weight", WeightOf(items)));

    /// <summary>The second's, which carries it out.</summary>
    public static ScaleValue.Case Execute(
        RuntimeMetadata metadata,
        IEnumerable<byte[]> others,
        (uint Height, int Index) first,
        ScaleValue call,
        int items) => RuntimeCall.Of(
            metadata,
            "Multisig",
            "as_multi",
            ("threshold", ScaleValue.Of((UInt128)Threshold)),
            ("other_signatories", Sorted(others)),
            ("maybe_timepoint", ScaleValue.Some(ScaleValue.RecordOf(
                ("height", ScaleValue.Of(first.Height)), ("index", ScaleValue.Of((UInt128)first.Index))))),
            ("call", call),
            ("max_weight", WeightOf(items)));

    // From the inside out: the multisig acts for the first index's account, and that one for the second's.
    private static ScaleValue.Case OfPlace(RuntimeMetadata metadata, long place, string cold)
    {
        var call = RuntimeCall.Of(
            metadata,
            "Balances",
            "transfer_all",
            ("dest", RuntimeCall.AddressOf(Accounts.Of(cold))),
            ("keep_alive", ScaleValue.Of(true)));
        foreach (var index in DepositTree.IndicesOf(place).Reverse())
        {
            call = RuntimeCall.Of(
                metadata, "Utility", "as_derivative", ("index", ScaleValue.Of((UInt128)index)), ("call", call));
        }

        return call;
    }

    private static ScaleValue.List Sorted(IEnumerable<byte[]> accounts)
    {
        var sorted = accounts.ToArray();
        Array.Sort(sorted, static (left, right) => left.AsSpan().SequenceCompareTo(right));
        return ScaleValue.ListOf([.. sorted.Select(one => ScaleValue.Of((ReadOnlySpan<byte>)one))]);
    }

    private static ScaleValue.Record WeightOf(int items) => ScaleValue.RecordOf(
        ("ref_time", ScaleValue.Of(TimeOfItem * (ulong)(items + 1))),
        ("proof_size", ScaleValue.Of(ProofOfItem * (ulong)(items + 1))));
}
