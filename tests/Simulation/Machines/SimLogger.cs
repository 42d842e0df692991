using Gateway.Billing;
using Microsoft.Extensions.Logging;

namespace Gateway.Simulation;

/// <summary>Hears what the code under test logs instead of throwing: only faults that the run makes may be among
/// it, and the kill of the process itself.</summary>
internal sealed class SimLogger<T>(World world) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => world.Trace is not null || logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (world.Trace is not null)
        {
            world.Say($"{logLevel} {formatter(state, exception)} {exception?.Message}");
        }

        if (exception is not (null or BillingUnavailableException or JournalFailedException or IOException
            or JournalDamagedException or ProcessKilledException))
        {
            throw world.Fail("unexpected", $"{formatter(state, exception)} {exception}");
        }
    }
}
