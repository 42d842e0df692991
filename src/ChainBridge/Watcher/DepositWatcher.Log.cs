using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Watcher;

internal sealed partial class DepositWatcher
{
    private static partial class Log
    {
        [LoggerMessage(3120, LogLevel.Information, "The chain is watched from above block {Height}")]
        public static partial void Begun(ILogger logger, long height);

        [LoggerMessage(3121, LogLevel.Warning, "Nodes differ on block {Height}: the chain is not watched yet")]
        public static partial void NoBeginning(ILogger logger, long height);

        [LoggerMessage(3122, LogLevel.Debug, "{Address} does not answer: {Reason}")]
        public static partial void NodeSilent(ILogger logger, Uri address, string reason);

        [LoggerMessage(3123, LogLevel.Error,
            "{Address} has not the state of block {Height} any more: Gateway:Chain:Endpoints wants an archive node")]
        public static partial void StateGone(ILogger logger, Uri address, long height);

        [LoggerMessage(3124, LogLevel.Critical, "No deposit is taken in until an operator has looked: {Reason}")]
        public static partial void Halted(ILogger logger, string reason);

        [LoggerMessage(3125, LogLevel.Warning, "The halt is lifted, the chain is read on")]
        public static partial void Lifted(ILogger logger);
    }
}
