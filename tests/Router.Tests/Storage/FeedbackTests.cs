using Gateway.Core;
using Gateway.Router.Learning;
using Gateway.Router.Planning;
using Gateway.Router.Traces;

namespace Gateway.Router.Tests.Storage;

/// <summary>A rating is learned by whichever replica it comes to, once.</summary>
public sealed class FeedbackTests : IAsyncDisposable
{
    private static readonly Guid Org = new("0197ab00-0000-7000-8000-000000000001");

    private readonly Replicas _replicas = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _replicas.DisposeAsync();

    [Fact]
    public async Task A_rating_at_another_replica_is_learned_there_and_known_here()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        var (request, served) = await AnswerAsync(one);

        Assert.Equal(Rated.Learned, await RateAsync(two, request, 1));
        await Replica.UntilAsync(() => two.Result(served) > 0);
        await ShareAsync(two, one);

        Assert.Equal(0.1, two.Result(served), 1e-6);
        Assert.Equal(0.1, one.Result(served), 1e-6);
    }

    [Fact]
    public async Task The_last_rating_of_a_request_replaces_the_one_before_wherever_each_was_given()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        var (request, served) = await AnswerAsync(one);
        await RateAsync(one, request, 1);
        await Replica.UntilAsync(() => one.Result(served) > 0);

        Assert.Equal(Rated.Learned, await RateAsync(two, request, -1));
        await Replica.UntilAsync(() => two.Result(served) < 0);
        await ShareAsync(one, two, one);

        Assert.Equal(0, two.Result(served), 1e-6);
        Assert.Equal(0, one.Result(served), 1e-6);
        Assert.Equal(one.Weight(served), two.Weight(served), 1e-6);
    }

    [Fact]
    public async Task A_day_of_one_organisation_is_bounded_over_all_replicas()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        one.Source.Swap([one.Source.Current.Upstreams[0]]);
        two.Source.Swap([two.Source.Current.Upstreams[0]]);
        var learned = 0;
        for (var i = 0; i < 60; i++)
        {
            var (request, _) = await AnswerAsync(one);
            learned += await RateAsync(i % 2 == 0 ? one : two, request, 1) == Rated.Learned ? 1 : 0;
        }

        Assert.Equal(50, learned);
    }

    [Fact]
    public async Task Nobody_is_judged_who_registered_anew_or_is_gone_and_no_stranger_judges()
    {
        var (one, two) = (await _replicas.StartAsync(1), await _replicas.StartAsync(2));
        var (request, _) = await AnswerAsync(one);
        two.Source.Swap([.. two.Source.Current.Upstreams.Select(miner => miner with { RegisteredAt = 8 })]);

        Assert.Equal(Rated.Kept, await RateAsync(two, request, 1));
        Assert.Equal(Rated.UnknownRequest, await Desk(two).RateAsync(request, Guid.Empty, 1, null, Ct));
    }

    private async Task<(RequestId Request, string Served)> AnswerAsync(Replica replica)
    {
        var request = RequestId.Create(_replicas.Time);
        var planned = Planner.Plan(
            replica.Views.Current, new(request, ModelId.Auto, Features.None, RouteWish.None) { Owner = Org });
        var plan = Assert.IsType<Planned.Route>(planned).Plan;
        var served = plan.Candidates[0];
        replica.Shelf.Add(new(
            request, Org, _replicas.Time.GetUtcNow(), 1, plan.Record!,
            [new(served, 0, 1, AttemptEnd.Complete, "", 1)], served));
        await replica.Keeper.BeatAsync(Ct);
        return (request, served.Hotkey!.Value.Ss58);
    }

    private Task<Rated> RateAsync(Replica replica, RequestId request, double rating) =>
        Desk(replica).RateAsync(request, Org, rating, null, Ct);

    private FeedbackDesk Desk(Replica replica) =>
        new(replica.Owner, replica.Views, replica.Shelf, _replicas.Time);

    private async Task ShareAsync(params Replica[] order)
    {
        foreach (var replica in order)
        {
            _replicas.Time.Advance(TimeSpan.FromMilliseconds(1));
            await replica.Keeper.BeatAsync(Ct);
        }
    }
}
