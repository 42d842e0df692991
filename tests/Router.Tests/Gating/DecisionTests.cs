using Gateway.Router.Gating;

namespace Gateway.Router.Tests.Gating;

public sealed class DecisionTests
{
    private const int Draws = 1_000_000;

    [Fact]
    public void Propensities_sum_to_one_and_match_a_million_draws()
    {
        var snapshot = Learned(40);
        var (live, scratch) = (LiveView.Idle(snapshot.Count), new GateScratch());
        var chosen = new int[snapshot.Count];
        var decision = default(GateDecision);
        for (var i = 0; i < Draws; i++)
        {
            decision = Scorer.Decide(snapshot, Miners.Query((ulong)i), live, scratch);
            chosen[decision.Slot]++;
        }

        var sum = 0.0;
        for (var place = 0; place < decision.Count; place++)
        {
            var slot = decision[place].Slot;
            var propensity = Propensity.Drawn(decision, slot);
            Assert.Equal(propensity, (double)chosen[slot] / Draws, 3e-3);
            sum += propensity;
        }

        Assert.Equal(1, sum, 1e-3);
        Assert.Equal(0, Propensity.Drawn(decision, snapshot.Count));
    }

    [Fact]
    public void A_replay_is_equal_to_the_bit_on_another_replica()
    {
        var (first, second) = (Learned(1000), Learned(1000));
        for (var seed = 0UL; seed < 200; seed++)
        {
            var left = Scorer.Decide(first, Miners.Query(seed, true), LiveView.Idle(1000), new());
            var right = Scorer.Decide(second, Miners.Query(seed, true), LiveView.Idle(1000), new());

            Assert.Equal(left.Slot, right.Slot);
            for (var place = 0; place < left.Count; place++)
            {
                Assert.Equal(left[place], right[place]);
            }
        }
    }

    [Fact]
    public void The_shortlist_holds_the_eight_highest_by_score_and_spread()
    {
        for (var count = 1; count < 40; count++)
        {
            var (snapshot, scratch) = (Learned(count), new GateScratch());
            var decision = Scorer.Decide(snapshot, Miners.Query(), LiveView.Idle(count), scratch);

            var expected = Enumerable.Range(0, count).OrderByDescending(slot => scratch.Highs[slot])
                .Take(GateDecision.Places).Order();
            Assert.Equal(expected, Enumerable.Range(0, decision.Count).Select(i => decision[i].Slot).Order());
        }
    }

    [Fact]
    public void A_barred_miner_is_never_chosen_and_none_is_an_answer()
    {
        var snapshot = Learned(100);
        var live = LiveView.Idle(100);
        Array.Fill(live.Bars, float.NegativeInfinity);
        Assert.Equal(-1, Scorer.Decide(snapshot, Miners.Query(explores: true), live, new()).Slot);

        live.Bars[17] = 0;
        var decision = Scorer.Decide(snapshot, Miners.Query(explores: true), live, new());

        Assert.Equal((17, 1), (decision.Slot, decision.Count));
    }

    [Fact]
    public void A_score_that_is_not_a_number_is_never_chosen()
    {
        var snapshot = Learned(33);
        var live = LiveView.Idle(33);
        Array.Fill(live.Seconds, float.NaN);
        live.Seconds[32] = 1;
        var query = Miners.Query() with { Tradeoff = Tradeoff.Usual };

        Assert.Equal(32, Scorer.Decide(snapshot, query, live, new()).Slot);
    }

    [Fact]
    public void Nobody_there_is_an_answer()
    {
        var empty = new GateBook(new(), Guid.Empty).Publish(0);

        Assert.Equal(-1, Scorer.Decide(empty, Miners.Query(explores: true), LiveView.Idle(0), new()).Slot);
    }

    [Fact]
    public void A_decision_allocates_nothing()
    {
        var snapshot = Learned(4096);
        var (live, scratch) = (LiveView.Idle(4096), new GateScratch());
        Decide();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            Decide();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        return;

        void Decide()
        {
            var mix = PromptReader.Read(snapshot, "Write a program that adds.", Tradeoff.Usual, scratch);
            Scorer.Decide(snapshot, new(1, mix, Tradeoff.Usual, 10, 10, MayExplore: true), live, scratch);
        }
    }

    [Fact]
    public void Exploration_keeps_its_budget_and_goes_only_to_newcomers()
    {
        var book = new GateBook(new() { ExploreShare = 0.02 }, Guid.Empty);
        var numbers = book.SetMiners(Miners.Many(20, 1));
        foreach (var known in numbers.Take(15))
        {
            for (var i = 0; i < 20; i++)
            {
                book.Apply(new(known, default, 1, 1, 0.9, 0), 0);
            }
        }

        var snapshot = book.Publish(0);
        var (live, scratch) = (LiveView.Idle(20), new GateScratch());
        var explored = new Dictionary<int, int>();
        for (var seed = 0UL; seed < 100_000; seed++)
        {
            var decision = Scorer.Decide(snapshot, Miners.Query(seed, explores: true), live, scratch);
            if (decision.IsExploration)
            {
                explored[snapshot.Miners[decision.Slot]] = explored.GetValueOrDefault(
                    snapshot.Miners[decision.Slot]) + 1;
            }
        }

        Assert.Equal(numbers.Skip(15), explored.Keys.Order());
        Assert.InRange(explored.Values.Sum(), 1800, 2200);
        Assert.All(explored.Values, count => Assert.InRange(count, 320, 480));
        Assert.False(Scorer.Decide(snapshot, Miners.Query(0), live, scratch).IsExploration);
    }

    [Fact]
    public void A_known_failure_is_neither_explored_nor_preferred()
    {
        var book = new GateBook(new(), Guid.Empty);
        var numbers = book.SetMiners([Miners.Of("bad"), Miners.Of("new")]);
        for (var i = 0; i < 8; i++)
        {
            book.Apply(new(numbers[0], default, 0, 1, 0.9, 0), 0);
        }

        var snapshot = book.Publish(0);

        Assert.Equal([Array.IndexOf(snapshot.Miners, numbers[1])], snapshot.Newcomers);
        Assert.True(snapshot.Handicap[Array.IndexOf(snapshot.Miners, numbers[0])] > 0);
    }

    [Fact]
    public void A_slot_knows_its_model()
    {
        var book = new GateBook(new(), Guid.Empty);
        book.SetMiners([Miners.Of("gone", "z"), .. Miners.Many(9, 4)]);
        book.SetMiners(Miners.Many(9, 4));
        var snapshot = book.Publish(0);

        for (var slot = 0; slot < snapshot.Count; slot++)
        {
            Assert.Equal(book.Miners[snapshot.Miners[slot]].Model, snapshot.ModelOf(slot));
        }
    }

    private static GateSnapshot Learned(int miners)
    {
        var book = new GateBook(new() { ExploreShare = 0.02 }, Guid.Empty);
        var numbers = book.SetMiners(Miners.Many(miners, 5));
        var random = new Random(3);
        for (var i = 0; i < 20 * miners; i++)
        {
            book.Apply(new(numbers[i % miners], default, random.NextDouble(), 1, 0.6, 0), 0);
        }

        return book.Publish(0);
    }
}
