using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Routing;

/// <summary>Three members of one weak model who err on different questions, beside the simulated network: together they
/// are right more often than the best of them.</summary>
public sealed class VoteShowTests(ITestOutputHelper output)
{
    private const int Questions = 200;
    private const int AtOnce = 8;
    private const int RightPercent = 75;

    private static readonly string[] Members = ["static/a", "static/b", "static/c"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vote_of_three_beats_its_best_member()
    {
        var miners = await Task.WhenAll(Enumerable.Range(0, Members.Length).Select(
            seed => ScriptedMiner.StartAsync(call => AnswerAsync(call, seed), Token)));
        await using var gateway = await InProcessGateway.StartAsync(
        [
            .. miners.SelectMany((miner, i) => (string[])[
                $"--Gateway:Upstreams:Static:{i}:Name={Members[i][^1]}",
                $"--Gateway:Upstreams:Static:{i}:BaseAddress={miner.Address}",
                $"--Gateway:Upstreams:Static:{i}:Models:0=weak"]),
            "--Gateway:Pricing:Usd:weak:Input=0", "--Gateway:Pricing:Usd:weak:Output=1",
        ]);

        var single = new List<int>();
        foreach (var member in Members)
        {
            single.Add((await RunAsync(gateway, "best", [member])).Right);
        }

        var before = miners.Sum(miner => miner.Calls.Count);
        var (vote, voted) = await RunAsync(gateway, "vote", Members);
        var calls = miners.Sum(miner => miner.Calls.Count) - before;

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"right of {Questions}: members {string.Join(", ", single)}, vote of three {vote}, by {calls} calls; "
            + $"a vote was held {voted} times"));
        Assert.True(vote > single.Max(), $"vote {vote}, best member {single.Max()}");
        Assert.True(calls < Questions * Members.Length, $"{calls} calls");
        foreach (var miner in miners)
        {
            await miner.DisposeAsync();
        }
    }

    private static async Task<(int Right, int Voted)> RunAsync(
        InProcessGateway gateway, string strategy, string[] members)
    {
        var (right, voted) = (0, 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token };
        await Parallel.ForAsync(0, Questions, options, async (number, ct) =>
        {
            var body = new JsonObject
            {
                ["model"] = "weak",
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = QuestionOf(number) }),
                ["routing"] = new JsonObject
                {
                    ["strategy"] = strategy,
                    ["experts"] = 3,
                    ["explore"] = false,
                    ["only"] = new JsonArray([.. members.Select(member => JsonValue.Create(member))]),
                },
                ["max_tokens"] = 20,
            };
            using var response = await gateway.PostChatAsync(body.ToJsonString(), ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            Assert.True(response.StatusCode == HttpStatusCode.OK, text);
            var answer = JsonNode.Parse(text)!;
            var isRight = (string?)answer["choices"]![0]!["message"]!["content"] == RightOf(number);
            Interlocked.Add(ref right, isRight ? 1 : 0);
            Interlocked.Add(ref voted, (int)answer["usage"]!["cost_details"]!["calls"]! > 1 ? 1 : 0);
        });
        return (right, voted);
    }

    private static string QuestionOf(int number) => (number % 3) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"Question {number}: what is {number} + {number * 7}?"),
        1 => string.Create(CultureInfo.InvariantCulture, $"Question {number}: which letter, A to J?"),
        _ => string.Create(CultureInfo.InvariantCulture, $"Question {number}: which town?"),
    };

    private static string RightOf(int number) => (number % 3) switch
    {
        0 => (number * 8).ToString(CultureInfo.InvariantCulture),
        1 => ((char)('A' + (number % 10))).ToString(),
        _ => $"Town {number % 23}",
    };

    // Right three times of four, each member on questions of its own, and wrong in ways of its own.
    private static async Task AnswerAsync(MinerCall call, int seed)
    {
        var question = call.Json.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var number = int.Parse(question.Split(' ', ':')[1], CultureInfo.InvariantCulture);
        var draw = new Random((number * 31) + (seed * 7919) + 1);
        var other = (number + (3 * (1 + draw.Next(50)))) % 1000;
        var text = RightOf(draw.Next(100) < RightPercent ? number : other);
        await call.SendStatusAsync(
            200, ChatFrames.Whole(text, """{"prompt_tokens":5,"completion_tokens":2}"""));
    }
}
