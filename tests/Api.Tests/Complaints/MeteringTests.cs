using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Organization;
using Gateway.Testing.Fuzz;
using Gateway.Testing.Miners;
using Microsoft.Data.Sqlite;

namespace Gateway.Api.Tests.Complaints;

/// <summary>Who pays for what: every way to an expert is metered, and looking costs nothing.</summary>
public sealed class MeteringTests
{
    private const string Body = """{"model":"scripted","max_tokens":1000,"messages":[{"role":"user","content":"x"}]}""";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Complaint_16_No_endpoint_reaches_an_expert_without_a_receipt()
    {
        await using var miner = await ScriptedMiner.StartAsync(AnswerAsync, Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        var reached = new List<string>();
        foreach (var path in Posts(await FuzzTarget.DocumentAsync(gateway.Client.BaseAddress!)))
        {
            foreach (var body in FuzzSeeds.Of(path).DefaultIfEmpty("""{"model":"scripted","input":"x","prompt":"x"}"""))
            {
                var before = miner.Calls.Count;
                var id = await PostAsync(gateway, path, body);
                if (miner.Calls.Count > before)
                {
                    var receipt = await gateway.GetAsync($"v1/receipts/{id}", Token);
                    Assert.True((long)receipt["charge_nusd"]! > 0, path);
                    reached.Add(path);
                }
            }
        }

        Assert.Superset(
            new HashSet<string>(["/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages"]),
            reached.ToHashSet());
    }

    [Fact]
    public async Task Complaint_24_Looking_is_never_billed()
    {
        await using var miner = await ScriptedMiner.StartAsync(AnswerAsync, Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        var id = await PostAsync(gateway, "/v1/chat/completions", Body);
        var charge = (long)(await gateway.GetAsync($"v1/receipts/{id}", Token))["charge_nusd"]!;
        using var admin = gateway.CreateClient((string)gateway.DevNet["adminKey"]!);
        var document = await FuzzTarget.DocumentAsync(gateway.Client.BaseAddress!);
        foreach (var (path, _) in document["paths"]!.AsObject().Where(one => one.Value!["get"] is not null))
        {
            var target = path.Replace("{id}", id, StringComparison.Ordinal).TrimStart('/');
            foreach (var client in (HttpClient[])[gateway.Client, admin])
            {
                using var answer = await client.GetAsync(new Uri(target, UriKind.Relative), Token);
                Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
            }
        }

        Assert.Single(miner.Calls);
        await UntilAsync(async () => await MoneyAsync(gateway, "held_nusd") == 0);
        Assert.Equal(charge, await MoneyAsync(gateway, "total_usage_nusd"));
    }

    [Fact]
    public async Task Complaint_03_A_call_that_was_cancelled_leaves_a_row_and_holds_nothing()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone), Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        using var leave = new CancellationTokenSource();
        var answer = gateway.PostChatAsync(Body, leave.Token);
        await UntilAsync(() => Task.FromResult(miner.Calls.Count == 1));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);

        await UntilAsync(async () => await RowsAsync(gateway) == ("client_gone", 0));
        await UntilAsync(async () => await MoneyAsync(gateway, "held_nusd") == 0);
        Assert.Equal(5_000_000_000, await MoneyAsync(gateway, "available_nusd"));
    }

    [Fact]
    public async Task Complaint_10_Of_two_hundred_at_once_on_a_budget_for_one_exactly_one_runs()
    {
        var decided = new TaskCompletionSource();
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                await decided.Task.WaitAsync(call.Gone);
                await AnswerAsync(call);
            }, Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));

        // 1,000 tokens at 10 USD a million; the key was never seen before the first of the requests.
        using var admin = Admin.OfDemo(gateway);
        var (_, key) = await admin.CreateKeyAsync("""{"name":"k","spend_limit":{"threshold_nusd":10000000}}""");
        using var client = gateway.CreateClient(key);
        var answers = Enumerable.Range(0, 200).Select(async _ =>
        {
            using var content = new StringContent(Body, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(
                new Uri("v1/chat/completions", UriKind.Relative), content, Token);
            return answer.StatusCode;
        }).ToArray();
        await UntilAsync(() => Task.FromResult(
            miner.Calls.Count + answers.Count(answer => answer.IsCompleted) == answers.Length));
        decided.SetResult();

        var statuses = (await Task.WhenAll(answers)).CountBy(status => status).ToDictionary();
        Assert.Equal((1, 199), (statuses[HttpStatusCode.OK], statuses[HttpStatusCode.PaymentRequired]));
    }

    private static Task AnswerAsync(MinerCall call) =>
        call.Json.TryGetProperty("stream", out var stream) && stream.ValueKind == System.Text.Json.JsonValueKind.True
            ? call.SendAsync(ChatFrames.Text("word ", 1) + ChatFrames.Finish() + ChatFrames.Done)
            : call.SendStatusAsync(
                200, ChatFrames.Whole("done", """{"prompt_tokens":1,"completion_tokens":1}"""));

    private static IEnumerable<string> Posts(JsonObject document) => document["paths"]!.AsObject()
        .Where(path => path.Value!["post"] is not null
            && !path.Key.StartsWith("/v1/organization", StringComparison.Ordinal))
        .Select(path => path.Key);

    private static async Task<string> PostAsync(InProcessGateway gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync(
            new Uri(path.TrimStart('/'), UriKind.Relative), content, Token);
        await answer.Content.ReadAsStringAsync(Token);
        return answer.Headers.GetValues("x-request-id").Single();
    }

    private static async Task<(string? Ending, long Charge)> RowsAsync(InProcessGateway gateway)
    {
        await using var books = new SqliteConnection(
            $"Data Source={Path.Combine(gateway.DataDirectory, "billing.db")};Pooling=False");
        await books.OpenAsync(Token);
        await using var command = books.CreateCommand();
        command.CommandText = "SELECT ending, charge FROM usage_record";
        await using var rows = await command.ExecuteReaderAsync(Token);
        return await rows.ReadAsync(Token) ? (rows.GetString(0), rows.GetInt64(1)) : (null, 0);
    }

    private static async Task<long> MoneyAsync(InProcessGateway gateway, string member) =>
        (long)(await gateway.GetAsync("v1/credits", Token))["data"]![member]!;

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        while (!await reached())
        {
            await Task.Delay(Pause, TimeProvider.System, Token);
        }
    }
}
