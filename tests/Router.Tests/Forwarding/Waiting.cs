namespace Gateway.Router.Tests.Forwarding;

/// <summary>Waits for what another thread does.</summary>
internal static class Waiting
{
    internal static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(
                TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
