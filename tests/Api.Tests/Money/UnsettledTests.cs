using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;
using Microsoft.Data.Sqlite;

namespace Gateway.Api.Tests.Money;

/// <summary>A charge is durable in the journal, whatever the books do.</summary>
public sealed class UnsettledTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_books_are_locked_an_answer_is_charged_and_reaches_them_afterwards()
    {
        SqliteConnection? thief = null;
        InProcessGateway? gateway = null;
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                // The hold is granted; from here on nobody can write.
                thief = new($"Data Source={Path.Combine(gateway!.DataDirectory, "billing.db")}");
                await thief.OpenAsync(Token);
                await ExecuteAsync(thief, "BEGIN IMMEDIATE");
                await call.SendStatusAsync(200, ChatFrames.Whole("x", """{"prompt_tokens":1,"completion_tokens":1}"""));
            },
            Token);
        gateway = await InProcessGateway.StartAsync(InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        await using (gateway)
        {
            using var answer = await gateway.PostChatAsync(
                """{"model":"scripted","messages":[{"role":"user","content":"x"}]}""", Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            await ExecuteAsync(thief!, "ROLLBACK");
            await thief!.DisposeAsync();

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var cost = (long)JsonNode.Parse(text)!["usage"]!["cost_nusd"]!;
            Assert.True(cost > 0);
            var credits = (await gateway.GetAsync("v1/credits", Token))["data"]!;
            Assert.Equal(cost, (long)credits["total_usage_nusd"]!);
            Assert.Equal(0, (long)credits["held_nusd"]!);
        }
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Two constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }
}
