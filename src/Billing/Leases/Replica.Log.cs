using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

internal sealed partial class Replica
{
    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "Replica {Incarnation} is replaced by a new incarnation")]
        internal static partial void Superseded(ILogger logger, string? incarnation);

        [LoggerMessage(2011, LogLevel.Information,
            "Replica {Incarnation} is closed: its journal is applied and what its leases held went back")]
        internal static partial void Closed(ILogger logger, string incarnation);

        [LoggerMessage(2012, LogLevel.Warning,
            "Replica {Incarnation} ends with {Holds} holds: they go back at the next start of this node")]
        internal static partial void LeftOpen(ILogger logger, string incarnation, int holds);

        [LoggerMessage(2013, LogLevel.Error,
            "Replica {Incarnation} could not be closed: what it holds goes back at the next start of this node")]
        internal static partial void NotClosed(ILogger logger, Exception error, string incarnation);

        [LoggerMessage(2014, LogLevel.Error,
            "Replica {Incarnation} is not heard of: what it holds waits until its node starts again")]
        internal static partial void Orphaned(ILogger logger, string incarnation);

        [LoggerMessage(2017, LogLevel.Critical, "The lease of {Account} broke a rule: its organisation is frozen")]
        internal static partial void Broken(ILogger logger, Exception error, string account);

        [LoggerMessage(2015, LogLevel.Critical,
            "Replica {Incarnation} is given up: what it held went back, and what it still reports is our loss")]
        internal static partial void ForceClosed(ILogger logger, string incarnation);
    }
}
