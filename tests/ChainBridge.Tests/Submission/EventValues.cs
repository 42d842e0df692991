using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;

namespace Gateway.ChainBridge.Tests.Submission;

/// <summary>Events of spec 224 as values of the runtime's event type.</summary>
internal static class EventValues
{
    public static ScaleValue.Case Success() => ScaleValue.CaseOf(
        "System", ScaleValue.CaseOf("ExtrinsicSuccess", ("dispatch_info", Info())));

    public static ScaleValue.Case Failed(string pallet, string error) => ScaleValue.CaseOf(
        "System",
        ScaleValue.CaseOf(
            "ExtrinsicFailed", ("dispatch_error", Module(pallet, error)), ("dispatch_info", Info())));

    /// <summary>A pallet's error as the runtime reports it.</summary>
    public static ScaleValue.Case Module(string pallet, string error) => ScaleValue.CaseOf(
        "Module",
        ScaleValue.RecordOf(
            ("index", ScaleValue.Of(Runtimes.Spec224.Pallet(pallet).Index)),
            ("error", ScaleValue.Of([Runtimes.Spec224.Error(pallet, error).Index, 0, 0, 0]))));

    private static ScaleValue.Record Info() => ScaleValue.RecordOf(
        ("weight", ScaleValue.RecordOf(("ref_time", ScaleValue.Of(100u)), ("proof_size", ScaleValue.Of(0u)))),
        ("class", ScaleValue.CaseOf("Normal")),
        ("pays_fee", ScaleValue.CaseOf("Yes")));
}
