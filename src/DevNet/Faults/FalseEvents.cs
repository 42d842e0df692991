using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Runtime;

namespace Gateway.DevNet.Faults;

/// <summary>False values of System.Events, well formed all of them.</summary>
internal static class FalseEvents
{
    private static readonly UInt128 Invented = 77_000_000_000;

    /// <param name="runtime">In whose layout the events are.</param>
    /// <param name="raw">The true value.</param>
    /// <param name="lie">What to make of it.</param>
    public static byte[] Of(DevRuntime runtime, byte[] raw, EventLie lie)
    {
        var metadata = runtime.Metadata;
        var type = metadata.Storage("System", "Events").Value;
        var records = metadata.Types.Decode(type, raw).Items;
        ScaleValue[] told = lie switch
        {
            EventLie.None => [.. records],
            EventLie.Extra => [.. records, MadeUp(records[^1])],
            EventLie.Missing => [.. records.Where(record => !IsTransfer(record))],
            EventLie.Altered => [.. records.Select(record => IsTransfer(record) ? Raise(record) : record)],
        };
        return metadata.Types.Encode(type, ScaleValue.ListOf(told));
    }

    private static bool IsTransfer(ScaleValue record) =>
        record["event"].CaseName == "Balances" && record["event"][0].CaseName == "Transfer";

    private static ScaleValue.Record MadeUp(ScaleValue model) => WithTransfer(
        model, AccountId.OfUri("//Alice").ToValue(), AccountId.OfUri("//Bob").ToValue(), Invented);

    private static ScaleValue.Record Raise(ScaleValue record)
    {
        var transfer = record["event"][0];
        return WithTransfer(record, transfer["from"], transfer["to"], transfer["amount"].ToUInt128() + 1);
    }

    private static ScaleValue.Record WithTransfer(ScaleValue record, ScaleValue from, ScaleValue to, UInt128 amount) =>
        ScaleValue.RecordOf(
            ("phase", record["phase"]),
            ("event", ScaleValue.CaseOf("Balances", ScaleValue.CaseOf(
                "Transfer", ("from", from), ("to", to), ("amount", ScaleValue.Of(amount))))),
            ("topics", ScaleValue.ListOf()));
}
