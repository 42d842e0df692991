using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;

namespace Gateway.Api.Tests.Routing;

/// <summary>The gate against the simulated network: lazy, lying, flaky and slow miners beside honest ones. A user who
/// knows the answers rates them, and nothing else tells the gate who is good.</summary>
public sealed class GateShowTests(ITestOutputHelper output)
{
    private const int Lessons = 500;
    private const int Questions = 500;
    private const int AtOnce = 8;

    // Each single miner is asked this part of the questions.
    private const int Share = 5;

    private static readonly (string Country, string Capital)[] Capitals =
    [
        ("France", "Paris"), ("Japan", "Tokyo"), ("Italy", "Rome"), ("Spain", "Madrid"), ("Germany", "Berlin"),
        ("Egypt", "Cairo"), ("Kenya", "Nairobi"), ("Peru", "Lima"), ("Norway", "Oslo"), ("Greece", "Athens"),
        ("Portugal", "Lisbon"), ("Austria", "Vienna"), ("Poland", "Warsaw"), ("Hungary", "Budapest"),
        ("Ireland", "Dublin"), ("Cuba", "Havana"), ("Chile", "Santiago"), ("Sweden", "Stockholm"),
        ("Finland", "Helsinki"), ("Denmark", "Copenhagen"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Auto_beats_a_random_miner_and_is_no_worse_than_the_best_one()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var random = new Random(7);
        await RunAsync(gateway, [.. Ask(random, Lessons)], (_, _) => null, rates: true);

        Question[] questions = [.. Ask(random, Questions)];
        var auto = await RunAsync(gateway, questions, (_, _) => null, rates: false);
        var miners = gateway.DevNet["miners"]!.AsArray();
        var single = new Dictionary<int, int>();
        foreach (var uid in Enumerable.Range(0, miners.Count))
        {
            single[uid] = await RunAsync(
                gateway, [.. questions.Take(Questions / Share)], (_, _) => uid, rates: false) * Share;
        }

        var chance = single.Values.Average();
        var best = single.Values.Max();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"right of {Questions}: auto {auto}, best single miner {best}, random miner {chance:0}"));
        Assert.True(auto >= chance + (Questions / 10), $"auto {auto}, random {chance}");
        Assert.True(auto >= best, $"auto {auto}, best {best}");
    }

    private static IEnumerable<Question> Ask(Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (left, right) = (random.Next(1000, 99_999), random.Next(1000, 99_999));
            var (country, capital) = Capitals[random.Next(Capitals.Length)];
            yield return (i % 2) == 0
                ? new($"What is {left} + {right}?", (left + right).ToString(CultureInfo.InvariantCulture))
                : new($"What is the capital of {country}?", capital);
        }
    }

    private async Task<int> RunAsync(
        InProcessGateway gateway, Question[] questions, Func<Question, int, int?> uidOf, bool rates)
    {
        var right = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token };
        await Parallel.ForAsync(0, questions.Length, options, async (i, ct) =>
        {
            var isRight = await AskAsync(gateway, questions[i], uidOf(questions[i], i), i, rates, ct);
            Interlocked.Add(ref right, isRight ? 1 : 0);
        });
        return right;
    }

    private async Task<bool> AskAsync(
        InProcessGateway gateway, Question question, int? uid, int number, bool rates, CancellationToken ct)
    {
        var routing = uid is { } one ? Pin(gateway, one, out var model) : Free(rates, out model);
        var body = new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question.Text }),
            ["routing"] = routing,
            ["max_tokens"] = 40 + (number % 7),
        };
        using var response = await gateway.PostChatAsync(body.ToJsonString(), ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        var isRight = response.StatusCode == HttpStatusCode.OK && IsRight(text, question);
        if (!rates && !isRight && uid is null)
        {
            output.WriteLine($"{question.Text} {(int)response.StatusCode} {text}");
        }

        if (rates)
        {
            await RateAsync(gateway, response.Headers.GetValues("x-request-id").Single(), isRight, ct);
        }

        return isRight;
    }

    // While it learns, the gate may try whom it hardly knows; who is measured wants the best answer and no trials.
    private static JsonObject Free(bool learns, out string model)
    {
        model = learns ? "auto" : "auto:best";
        return new() { ["explore"] = learns };
    }

    // A random choice of miner takes one of the models it claims; the first is the larger one.
    private static JsonObject Pin(InProcessGateway gateway, int uid, out string model)
    {
        var miner = gateway.DevNet["miners"]![uid]!;
        model = (string)miner["models"]![0]!;
        return new() { ["only"] = new JsonArray((string)miner["hotkey"]!), ["fallback"] = false };
    }

    private static bool IsRight(string answer, Question question) =>
        ((string?)JsonNode.Parse(answer)!["choices"]![0]!["message"]!["content"] ?? "")
            .Contains(question.Answer, StringComparison.Ordinal);

    private static async Task RateAsync(InProcessGateway gateway, string id, bool isRight, CancellationToken ct)
    {
        using var content = new StringContent(
            new JsonObject { ["request_id"] = id, ["rating"] = isRight ? 1 : -1 }.ToJsonString(), Encoding.UTF8,
            "application/json");
        using var rated = await gateway.Client.PostAsync(new Uri("v1/feedback", UriKind.Relative), content, ct);
        Assert.Equal(HttpStatusCode.OK, rated.StatusCode);
    }

    private sealed record Question(string Text, string Answer);
}
