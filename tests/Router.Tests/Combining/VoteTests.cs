using Gateway.Router.Combining;

namespace Gateway.Router.Tests.Combining;

public sealed class VoteTests
{
    [Fact]
    public void Members_within_five_points_vote()
    {
        var plan = VotePlan.For([new(0, 0, 0.61), new(1, 1, 0.64), new(2, 2, 0.6), new(3, 3, 0.2)], seats: 3);

        Assert.Equal(VoteRefusal.None, plan.Refusal);
        Assert.Equal([1, 0, 2], plan.Members.Select(member => member.Slot));
    }

    [Fact]
    public void A_strong_member_is_asked_alone()
    {
        var plan = VotePlan.For([new(0, 0, 0.61), new(1, 1, 0.69), new(2, 2, 0.6)], seats: 3);

        Assert.Equal(VoteRefusal.OneIsStronger, plan.Refusal);
        Assert.Equal(1, Assert.Single(plan.Members).Slot);
    }

    [Fact]
    public void No_operator_sits_twice()
    {
        var plan = VotePlan.For(
            [new(0, 7, 0.64), new(1, 7, 0.63), new(2, 7, 0.62), new(3, 8, 0.61), new(4, 9, double.NaN)], seats: 5);

        Assert.Equal([0, 3], plan.Members.Select(member => member.Slot));
        Assert.Equal(VoteRefusal.TooFew, VotePlan.For([new(0, 7, 0.6), new(1, 7, 0.6)], seats: 3).Refusal);
        Assert.Empty(VotePlan.For([], seats: 3).Members);
    }

    [Theory]
    [InlineData("A B B", "1 1 1", 1)]
    [InlineData("A B C", "1 1 1", 0)]
    [InlineData("A B B", "3 1 1", 0)]
    [InlineData("- B -", "3 1 1", 1)]
    [InlineData("- - -", "3 1 1", -1)]
    [InlineData("A B A B", "1 1 1 1", 0)]
    public void The_heaviest_answer_wins_and_ties_go_to_the_best(string answers, string weights, int winner) =>
        Assert.Equal(winner, VoteTally.Winner(
            [.. answers.Split(' ').Select(answer => answer == "-" ? null : answer)],
            [.. weights.Split(' ').Select(double.Parse)]));

    [Theory]
    [InlineData(0.5, 2, 0)]
    [InlineData(0.4, 10, 1.7918)]
    [InlineData(0.1, 10, 0)]
    [InlineData(1, 2, 3)]
    [InlineData(0, 2, -3)]
    [InlineData(double.NaN, 2, 0)]
    public void A_weight_is_the_log_odds_against_one_wrong_answer(double accuracy, int choices, double weight) =>
        Assert.Equal(weight, VoteTally.Weight(accuracy, choices), 1e-4);

    [Fact]
    public void Two_equal_answers_settle_a_vote()
    {
        Assert.True(VoteTally.IsSettled("B", "B"));
        Assert.False(VoteTally.IsSettled("B", "C"));
        Assert.False(VoteTally.IsSettled(null, null));
    }
}
