using System.Diagnostics;
using System.Text.Json;
using Gateway.DevNet.Brain;
using Gateway.DevNet.Miners;

namespace Gateway.DevNet.Tests.Miners;

public sealed class KindTests(NetworkFixture fixture) : IClassFixture<NetworkFixture>
{
    private const string Capital = "What is the capital of France?";
    private const int FlakyRequests = 200;

    [Fact]
    public void The_network_has_every_kind_in_the_order_of_uids()
    {
        var miners = fixture.Network.Miners;
        Assert.Equal(
            ["honest", "honest", "honest", "lazy", "flaky", "slow", "liar", "copycat"],
            miners.Select(miner => miner.Kind));
        Assert.Equal(Enumerable.Range(0, miners.Count), miners.Select(miner => miner.Uid));
        Assert.Equal(miners.Count, miners.Select(miner => miner.Hotkey).Distinct().Count());
        Assert.All(miners, miner => Assert.Equal(4, miner.NetUid.Value));
        Assert.All(miners, miner => Assert.Equal("127.0.0.1", miner.Axon.Host));
    }

    [Fact]
    public async Task The_strong_knows_the_capital_and_the_weak_says_that_it_does_not()
    {
        Assert.Equal("The capital of France is Paris.", await fixture.Caller.AnswerAsync(fixture.Strong, Capital));
        var weak = await fixture.Caller.AnswerAsync(fixture.Weak, Capital);
        Assert.StartsWith("I do not know.", weak, StringComparison.Ordinal);
        Assert.Contains("arithmetic and unit conversion only", weak, StringComparison.Ordinal);
        Assert.Contains("391", await fixture.Caller.AnswerAsync(fixture.Weak, "17*23"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lazy_never_answers_the_question()
    {
        var lazy = fixture.Of(MinerKind.Lazy);
        var answers = new HashSet<string>();
        for (var number = 0; number < 40; number++)
        {
            answers.Add(await fixture.Caller.AnswerAsync(lazy, $"What is {number} + 100?"));
        }

        Assert.InRange(answers.Count, 2, 5);
        Assert.All(answers, answer => Assert.DoesNotContain(answer, char.IsAsciiDigit));
    }

    [Fact]
    public async Task The_flaky_fails_about_a_third_of_its_requests_in_every_way_and_is_right_otherwise()
    {
        var flaky = fixture.Of(MinerKind.Flaky);
        var outcomes = new Dictionary<string, int>();
        for (var number = 0; number < FlakyRequests; number++)
        {
            var outcome = await OutcomeAsync(flaky, number);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        Assert.Equal(["503", "cut", "ok", "reset"], outcomes.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(outcomes["ok"], FlakyRequests * 60 / 100, FlakyRequests * 80 / 100);
        Assert.All(outcomes.Values, count => Assert.True(count >= FlakyRequests * 3 / 100));
    }

    [Fact]
    public async Task The_same_bytes_meet_the_same_fate()
    {
        var flaky = fixture.Of(MinerKind.Flaky);
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal(await OutcomeAsync(flaky, number), await OutcomeAsync(flaky, number));
        }
    }

    [Fact]
    public async Task The_slow_lets_the_first_token_wait_and_then_trickles()
    {
        var slow = fixture.Of(MinerKind.Slow);
        var first = await FirstTokenAsync(slow);
        Assert.InRange(first, TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(4));
        Assert.InRange(await FirstTokenAsync(fixture.Strong), TimeSpan.Zero, first / 2);

        var started = Stopwatch.GetTimestamp();
        await fixture.Caller.StreamAsync(slow, Caller.Chat(slow, Capital, """{"stream":true}"""));
        var trickle = TimeSpan.FromMilliseconds(50) * (AnswerTokens.Count("The capital of France is Paris.") - 1);
        Assert.True(Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(0.95) + trickle);
    }

    [Fact]
    public async Task The_honest_answer_within_milliseconds()
    {
        await fixture.Caller.AnswerAsync(fixture.Strong, Capital);
        var times = new List<TimeSpan>();
        for (var round = 0; round < 30; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await fixture.Caller.AnswerAsync(fixture.Strong, Capital);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        Assert.InRange(times.Order().ElementAt(times.Count / 2), TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task The_liar_answers_as_the_small_model_and_reports_several_times_the_tokens()
    {
        var liar = fixture.Of(MinerKind.Liar);
        var (_, json) = await fixture.Caller.AskAsync(liar, Caller.Chat(liar, Capital));
        Assert.Equal("devnet-large", json.GetProperty("model").GetString());
        var text = json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        Assert.StartsWith("I do not know.", text, StringComparison.Ordinal);
        var completion = json.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
        Assert.InRange(completion, 3 * AnswerTokens.Count(text), 5 * AnswerTokens.Count(text));
        var prompt = json.GetProperty("usage").GetProperty("prompt_tokens").GetInt32();
        Assert.InRange(prompt, 3 * AnswerTokens.Count(Capital), 5 * AnswerTokens.Count(Capital));
    }

    [Fact]
    public async Task The_copycat_makes_its_victims_mistakes_and_an_honest_server_of_the_model_others()
    {
        var (copycat, victim, other) = (fixture.Of(MinerKind.Copycat), fixture.Weak, fixture.Network.Miners[1]);
        var (mistakes, differing) = (0, 0);
        for (var number = 0; number < 60; number++)
        {
            var question = $"What is {number} + 123456?";
            var answer = await fixture.Caller.AnswerAsync(victim, question);
            Assert.Equal(answer, await fixture.Caller.AnswerAsync(copycat, question));
            mistakes += answer == SimulatedModel.Large.Answer(question, 0) ? 0 : 1;
            differing += answer == await SmallAsync(other, question) ? 0 : 1;
        }

        Assert.InRange(mistakes, 5, 30);
        Assert.InRange(differing, 5, 60);
    }

    private async Task<string> SmallAsync(DevMiner miner, string question)
    {
        var (_, json) = await fixture.Caller.AskAsync(
            miner, Caller.Chat(miner, question, """{"model":"devnet-small"}"""));
        return json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    // Streams and whole answers in turn, so that each can be cut.
    private async Task<string> OutcomeAsync(DevMiner flaky, int number)
    {
        var stream = number % 2 == 0;
        var body = Caller.Chat(flaky, $"What is {number} + 100?", stream ? """{"stream":true}""" : "{}");
        using var request = fixture.Caller.Sign(flaky, body);
        var started = false;
        try
        {
            using var response = await fixture.Caller.SendAsync(request);
            started = true;
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if ((int)response.StatusCode == 503)
            {
                Assert.Equal("overloaded", JsonSerializer.Deserialize<JsonElement>(text)
                    .GetProperty("error").GetProperty("code").GetString());
                return "503";
            }

            Assert.Equal(200, (int)response.StatusCode);
            Assert.True(stream ? text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) : text.Contains(
                $" is {number + 100}.", StringComparison.Ordinal));
            return "ok";
        }
        catch (HttpRequestException)
        {
            return started ? "cut" : "reset";
        }
    }

    private async Task<TimeSpan> FirstTokenAsync(DevMiner miner)
    {
        using var request = fixture.Caller.Sign(miner, Caller.Chat(miner, Capital, """{"stream":true}"""));
        var started = Stopwatch.GetTimestamp();
        using var response = await fixture.Caller.SendAsync(request);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await stream.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken);
        return Stopwatch.GetElapsedTime(started);
    }
}
