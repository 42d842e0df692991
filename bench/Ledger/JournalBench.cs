namespace Gateway.Bench.Ledger;

internal static class JournalBench
{
    public static Task RunAsync(Arguments arguments) => Task.FromResult(arguments);
}
