namespace Gateway.Simulation.Tests;

public sealed class WorldTests
{
    [Fact]
    public void A_broken_claim_says_the_numbers_in_it_and_a_kept_one_reads_none()
    {
        var world = World();
        world.Require(true, "I0", $"{new Unreadable()}");
        world.Say($"{new Unreadable()}");

        var error = Record.Exception(() => world.Require(false, "I1", $"{7} of " + $"{-8}"));

        Assert.StartsWith("I1", error!.Message, StringComparison.Ordinal);
        Assert.Contains("7 of -8 (step 0)", error.Message, StringComparison.Ordinal);
        Assert.Same(error, world.Failure);
    }

    private static World World() => new(seed: 1, trace: null);

    private sealed class Unreadable
    {
        public override string ToString() => throw new InvalidOperationException("Nobody wants to read this.");
    }
}
