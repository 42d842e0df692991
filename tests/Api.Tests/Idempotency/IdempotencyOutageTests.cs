using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing;
using Gateway.Testing.Miners;
using Microsoft.Data.Sqlite;

namespace Gateway.Api.Tests.Idempotency;

/// <summary>Books that do not answer, and a process that dies between charge and row.</summary>
public sealed class IdempotencyOutageTests
{
    private const int SigKill = 9;

    private static readonly string Once =
        ChatFrames.Whole("once", """{"prompt_tokens":1,"completion_tokens":3}""");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_requests_with_the_header_need_its_table_and_without_it_nothing_is_dispatched()
    {
        await using var fixture = new IdempotencyGateway();
        await fixture.InitializeAsync();
        var books = Path.Combine(fixture.Gateway.DataDirectory, "billing.db");
        await ExecuteAsync(books, "ALTER TABLE idempotency RENAME TO away");

        var refused = await fixture.PostAsync("down", IdempotencyGateway.Body("down"), ct: Token);
        using var plain = await fixture.Gateway.PostChatAsync(IdempotencyGateway.Body("plain"), Token);

        Assert.Equal((503, "billing_unavailable", "2"), (refused.Status, refused.Code, refused.Headers["retry-after"]));
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
        Assert.Equal((0, 1), (fixture.CallsWith("down"), fixture.CallsWith("plain")));

        await ExecuteAsync(books, "ALTER TABLE away RENAME TO idempotency");
        Assert.Equal(200, (await fixture.PostAsync("down", IdempotencyGateway.Body("down"), ct: Token)).Status);
    }

    [Fact]
    public async Task Locked_books_refuse_a_request_with_the_header_before_it_is_dispatched()
    {
        await using var fixture = new IdempotencyGateway();
        await fixture.InitializeAsync();
        await using var thief = new SqliteConnection(
            $"Data Source={Path.Combine(fixture.Gateway.DataDirectory, "billing.db")}");
        await thief.OpenAsync(Token);
        await ExecuteAsync(thief, "BEGIN IMMEDIATE");

        var refused = await fixture.PostAsync("locked", IdempotencyGateway.Body("locked"), ct: Token);
        await ExecuteAsync(thief, "ROLLBACK");

        Assert.Equal((503, "billing_unavailable"), (refused.Status, refused.Code));
        Assert.Equal(0, fixture.CallsWith("locked"));
    }

    [Fact]
    public async Task A_caller_who_leaves_while_the_charge_is_written_gets_the_answer_he_paid_for()
    {
        InProcessGateway? gateway = null;
        await using var thief = new SqliteConnection();
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                // The request is begun and held for; its charge waits for the books.
                thief.ConnectionString = $"Data Source={Path.Combine(gateway!.DataDirectory, "billing.db")}";
                await thief.OpenAsync(Token);
                await ExecuteAsync(thief, "BEGIN IMMEDIATE");
                await call.SendStatusAsync(200, Once);
            },
            Token);
        gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, IdempotencyGateway.Model, "10"));
        await using (gateway)
        {
            var body = IdempotencyGateway.Body("left");
            using (var leave = CancellationTokenSource.CreateLinkedTokenSource(Token))
            {
                var left = SendAsync(gateway.Client, "left", body, leave.Token);
                await UntilAsync(() => thief.State == ConnectionState.Open);
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Token);
                await leave.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
            await ExecuteAsync(thief, "ROLLBACK");
            using var again = await RepeatAsync(gateway.Client, "left", body);

            Assert.Equal((HttpStatusCode.OK, "true"),
                (again.StatusCode, again.Headers.GetValues("Idempotent-Replayed").Single()));
            Assert.Contains("once", await again.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
            Assert.Single(miner.Calls);
        }
    }

    [Fact]
    public async Task A_process_killed_between_charge_and_row_never_charges_again()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendStatusAsync(200, Once), Token);
        string[] expert = [.. InProcessGateway.StaticExpert(miner.Address, IdempotencyGateway.Model, "10")];
        var directory = GatewayProcess.NewDataDirectory();
        var body = IdempotencyGateway.Body("once");
        string receipt;
        await using (var dying = await GatewayProcess.StartReadyAsync(directory, expert))
        {
            using var client = dying.CreateClient();
            using var answer = await client.SendAsync(IdempotencyGateway.Request("once", body), Token);
            receipt = answer.Headers.GetValues("x-gateway-receipt").Single();
            dying.Signal(SigKill);
            await dying.WaitForExitAsync(Token);
        }

        // As the row stands when the process dies after the settle and before the row is completed.
        await ExecuteAsync(Path.Combine(directory, "billing.db"),
            "UPDATE idempotency SET state = 'in_flight', answer = NULL, content_type = NULL, status = NULL");
        await using (var next = await GatewayProcess.StartReadyAsync(directory, expert))
        {
            using var client = next.CreateClient();
            using var again = await client.SendAsync(IdempotencyGateway.Request("once", body), Token);
            var error = JsonNode.Parse(await again.Content.ReadAsStringAsync(Token))!["error"]!;

            Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_not_replayable", receipt),
                (again.StatusCode, (string)error["code"]!, (string)error["details"]!["receipt"]!));
            Assert.Single(miner.Calls);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task<HttpResponseMessage> RepeatAsync(HttpClient client, string key, string body)
    {
        while (true)
        {
            var answer = await SendAsync(client, key, body, Token);
            if (answer.StatusCode != HttpStatusCode.Conflict)
            {
                return answer;
            }

            answer.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string key, string body, CancellationToken ct)
    {
        using var request = IdempotencyGateway.Request(key, body);
        return await client.SendAsync(request, ct);
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        while (!reached())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }

    private static async Task ExecuteAsync(string books, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={books};Pooling=False");
        await connection.OpenAsync(Token);
        await ExecuteAsync(connection, sql);
    }

    [SuppressMessage("Security", "CA2100", Justification = "Constants of this file.")]
    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(await command.ExecuteNonQueryAsync(Token) >= -1);
    }
}
