namespace Gateway.Billing.Tests.Leases;

public sealed class IncarnationTests
{
    [Fact]
    public async Task Whoever_is_let_in_keeps_it_from_retiring()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var incarnation = new Incarnation("x");
            var results = await Task.WhenAll(Task.Run(incarnation.TryEnter), Task.Run(incarnation.TryRetire));

            Assert.NotEqual(results[0], results[1]);
            Assert.Equal(results[0] ? 1 : 0, incarnation.Holds);
        }
    }
}
