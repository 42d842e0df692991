using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

public sealed partial class Ledger
{
    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Warning, "The books did not answer for {Request}")]
        internal static partial void Unavailable(ILogger logger, Exception error, RequestId request);

        [LoggerMessage(2021, LogLevel.Critical, "{Request} could not be settled in time")]
        internal static partial void NotSettled(ILogger logger, Exception error, RequestId request);

        [LoggerMessage(2022, LogLevel.Critical, "The books of {Org} broke a rule: it is frozen")]
        internal static partial void Frozen(ILogger logger, Exception error, OrgId org);

        [LoggerMessage(2023, LogLevel.Critical, "{Org} must be frozen and the books do not answer")]
        internal static partial void NotFrozen(ILogger logger, Exception error, OrgId org);

        [LoggerMessage(2024, LogLevel.Error,
            "{Request}: {Usage} is beyond its hold of {Amount}, so the hold was charged; logged once a process")]
        internal static partial void MeterExceededHold(ILogger logger, RequestId request, Usage usage, NanoUsd amount);

        [LoggerMessage(2025, LogLevel.Information,
            "{Amount} for {Org} are {State}: {BlockHash}, event {EventIndex}")]
        internal static partial void TransferTaken(
            ILogger logger, OrgId org, Rao amount, DepositState state, string blockHash, int eventIndex);
    }
}
