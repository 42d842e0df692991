using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Gateway.ChainBridge.Tests.Metadata;

namespace Gateway.ChainBridge.Tests.Submission;

public sealed class DispatchOutcomeTests
{
    private static readonly RuntimeMetadata Metadata = Runtimes.Spec224;
    private static readonly ScaleValue Account = ScaleValue.Of(new byte[32]);
    private static readonly ScaleValue Inner = EventValues.Module("Balances", "InsufficientBalance");

    private static readonly Dictionary<string, ScaleValue.Case> Liars = new()
    {
        ["Multisig.MultisigExecuted"] = ScaleValue.CaseOf("Multisig", ScaleValue.CaseOf(
            "MultisigExecuted",
            ("approving", Account),
            ("timepoint", ScaleValue.RecordOf(("height", ScaleValue.Of(1u)), ("index", ScaleValue.Of(1u)))),
            ("multisig", Account),
            ("call_hash", Account),
            ("result", ScaleValue.CaseOf("Err", Inner)))),
        ["Proxy.ProxyExecuted"] = ScaleValue.CaseOf("Proxy", ScaleValue.CaseOf(
            "ProxyExecuted", ("result", ScaleValue.CaseOf("Err", Inner)))),
        ["Utility.DispatchedAs"] = ScaleValue.CaseOf("Utility", ScaleValue.CaseOf(
            "DispatchedAs", ("result", ScaleValue.CaseOf("Err", Inner)))),
        ["Utility.ItemFailed"] = ScaleValue.CaseOf("Utility", ScaleValue.CaseOf("ItemFailed", ("error", Inner))),
        ["SubtensorModule.BatchWeightItemFailed"] = ScaleValue.CaseOf(
            "SubtensorModule", ScaleValue.CaseOf("BatchWeightItemFailed", Inner)),
        ["Utility.BatchInterrupted"] = ScaleValue.CaseOf("Utility", ScaleValue.CaseOf(
            "BatchInterrupted", ("index", ScaleValue.Of(1u)), ("error", Inner))),
    };

    public static TheoryData<string> LyingEvents => [.. Liars.Keys];

    [Theory]
    [MemberData(nameof(LyingEvents))]
    public void Success_alone_lies_and_the_inner_result_tells(string name)
    {
        var outcome = Judge(Liars[name], EventValues.Success());

        Assert.False(outcome.IsSuccess);
        Assert.Equal(
            [new DispatchFailure(name, "Balances.InsufficientBalance")], outcome.Failures.AsEnumerable());
    }

    [Fact]
    public void A_result_that_is_fine_is_no_failure() => Assert.True(Judge(
        ScaleValue.CaseOf("Proxy", ScaleValue.CaseOf(
            "ProxyExecuted", ("result", ScaleValue.CaseOf("Ok", ScaleValue.Unit)))),
        EventValues.Success()).IsSuccess);

    [Fact]
    public void Errors_that_are_no_pallets_keep_the_runtimes_name()
    {
        var failed = ScaleValue.CaseOf("Utility", ScaleValue.CaseOf(
            "ItemFailed", ("error", ScaleValue.CaseOf("Token", ScaleValue.CaseOf("FundsUnavailable")))));
        Assert.Equal("Token(FundsUnavailable)", Judge(failed, EventValues.Success()).Failures.Single().Reason);
    }

    [Fact]
    public void Another_extrinsics_failure_is_not_ours()
    {
        var events = Read(0, EventValues.Failed("Balances", "InsufficientBalance"))
            .Concat(Read(1, EventValues.Success()));
        Assert.True(DispatchOutcome.Of(Metadata, events, 1).IsSuccess);
    }

    [Fact]
    public void No_word_on_an_extrinsic_is_drift() => Assert.Throws<RuntimeDriftException>(
        () => DispatchOutcome.Of(Metadata, Read(1, EventValues.Success()), 0));

    private static DispatchOutcome Judge(params ScaleValue[] events) =>
        DispatchOutcome.Of(Metadata, Read(2, events), 2);

    // Through the bytes, so that every value above is one of the runtime's own types.
    private static List<ChainEvent> Read(uint extrinsic, params ScaleValue[] events)
    {
        var type = Metadata.Storage("System", "Events").Value;
        var records = events.Select(one => ScaleValue.RecordOf(
            ("phase", ScaleValue.CaseOf("ApplyExtrinsic", ScaleValue.Of(extrinsic))),
            ("event", one),
            ("topics", ScaleValue.ListOf())));
        return EventScan.ForAll(Metadata).Read(Metadata.Types.Encode(type, new ScaleValue.List([.. records])));
    }
}
