using Gateway.Router.Load;

namespace Gateway.Router.Tests.Load;

public sealed class RetryBudgetTests
{
    private readonly RetryBudget _budget = new();

    [Fact]
    public void When_everything_fails_one_request_in_five_is_tried_again_after_the_first_twenty()
    {
        const int Requests = 10_000;
        var retries = 0;
        for (var request = 0; request < Requests; request++)
        {
            _budget.Earn();
            retries += _budget.TrySpend() ? 1 : 0;
        }

        Assert.Equal(RetryBudget.Start + (Requests / RetryBudget.Price), retries);
    }

    [Fact]
    public void A_long_calm_saves_up_no_more_than_a_hundred()
    {
        for (var request = 0; request < 10_000; request++)
        {
            _budget.Earn();
        }

        Assert.Equal(RetryBudget.Most, Spend(1000));
    }

    [Fact]
    public void Many_at_once_take_no_retry_twice()
    {
        var taken = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (_budget.TrySpend())
            {
                Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(RetryBudget.Start, taken);
    }

    private int Spend(int tries) => Enumerable.Range(0, tries).Count(_ => _budget.TrySpend());
}
