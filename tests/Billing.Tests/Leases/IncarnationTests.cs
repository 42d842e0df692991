namespace Gateway.Billing.Tests.Leases;

public sealed class IncarnationTests
{
    [Fact]
    public async Task Whoever_is_let_in_keeps_it_from_closing()
    {
        for (var round = 0; round < 2_000; round++)
        {
            var incarnation = new Incarnation("x", null!, null!, isDirect: false);
            var results = await Task.WhenAll(Task.Run(incarnation.TryEnter), Task.Run(incarnation.TryClose));

            Assert.NotEqual(results[0], results[1]);
            Assert.Equal(results[0] ? 1 : 0, incarnation.Holds);
        }
    }

    [Fact]
    public void A_closed_one_stays_closed_and_lets_nobody_in()
    {
        var incarnation = new Incarnation("x", null!, null!, isDirect: false);

        Assert.True(incarnation.TryClose());
        Assert.True(incarnation.TryClose());
        Assert.False(incarnation.TryEnter());
        Assert.Equal(0, incarnation.Holds);
    }
}
