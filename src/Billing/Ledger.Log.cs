using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

public sealed partial class Ledger
{
    private static partial class Log
    {
        [LoggerMessage(2021, LogLevel.Critical, "{Request} could not be settled: the journal takes no record")]
        internal static partial void NotSettled(ILogger logger, Exception error, RequestId request);

        [LoggerMessage(2024, LogLevel.Error,
            "{Request}: {Usage} is beyond its hold of {Amount}, so the hold was charged; logged once a process")]
        internal static partial void MeterExceededHold(ILogger logger, RequestId request, Usage usage, NanoUsd amount);

        [LoggerMessage(2025, LogLevel.Information,
            "{Amount} for {Org} are {State}: {BlockHash}, event {EventIndex}")]
        internal static partial void TransferTaken(
            ILogger logger, OrgId org, Rao amount, DepositState state, string blockHash, int eventIndex);
    }
}
