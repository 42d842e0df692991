using Gateway.Router.Load;

namespace Gateway.Router.Tests.Load;

public sealed class ConcurrencyLimitTests
{
    [Fact]
    public void A_limit_grows_by_one_for_a_full_window_and_shrinks_on_trouble()
    {
        var limit = new ConcurrencyLimit();
        Assert.Equal(2, limit.Limit);

        End(limit, 2);
        Assert.Equal(3, limit.Limit);
        End(limit, 3 + 4);
        Assert.Equal(5, limit.Limit);

        limit.Begin();
        limit.End(isTrouble: true);
        Assert.Equal(3, limit.Limit);
    }

    [Fact]
    public void A_limit_never_falls_below_one()
    {
        var limit = new ConcurrencyLimit();
        for (var i = 0; i < 50; i++)
        {
            limit.Begin();
            limit.End(isTrouble: true);
        }

        Assert.Equal((1, true), (limit.Limit, limit.HasRoom));
        limit.Begin();
        Assert.Equal((false, 1), (limit.HasRoom, limit.Load));
    }

    private static void End(ConcurrencyLimit limit, int times)
    {
        for (var i = 0; i < times; i++)
        {
            limit.Begin();
            limit.End(isTrouble: false);
        }
    }
}
