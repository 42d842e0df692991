using System.Text.Json.Nodes;
using Gateway.Api.Commands;
using Gateway.Billing;
using Gateway.Testing;

namespace Gateway.Api.Tests.Commands;

public sealed class HaltsTests
{
    private const string Genesis = "0xchain";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_halt_is_seen_and_lifted_on_a_stopped_gateway()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await HaltAsync($"--Gateway:DataDirectory={directory}");
        await ListAndLiftAsync(directory);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Beside_a_running_gateway_on_SQLite_the_command_says_whom_to_stop()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await using var server = await GatewayProcess.StartReadyAsync(directory);
        await using var command = GatewayProcess.Start(directory, "halts", "list");

        Assert.Equal(1, await command.WaitForExitAsync(Token));
        Assert.Contains($"in use by process {server.Id}", command.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "postgres")]
    public async Task Beside_a_running_gateway_on_PostgreSQL_a_halt_is_lifted_and_deposits_go_on()
    {
        await using var postgres = await PostgresServer.CreateAsync(Token);
        var store = $"--Gateway:Storage:ConnectionString={postgres.ConnectionString("postgres")}";
        var directory = GatewayProcess.NewDataDirectory();
        await using var server = await GatewayProcess.StartReadyAsync(
            directory, store, "--Gateway:DevNet:BlockTime=00:00:00.2");
        using var client = server.CreateClient();
        var genesis = await HaltAsync(store, $"--Gateway:DataDirectory={directory}");
        await UntilAsync(client, isHalted: true);

        await ListAndLiftAsync(directory, genesis, store);
        await UntilAsync(client, isHalted: false);
    }

    [Theory]
    [InlineData("halts")]
    [InlineData("halts", "drop")]
    [InlineData("halts", "lift")]
    [InlineData("halts", "lift", "halt_1")]
    [InlineData("halts", "lift", "halt_1", "--author", "ada")]
    [InlineData("halts", "lift", "halt_1", "--author", "ada", "--reason", " ")]
    [InlineData("halts", "list", "--author", "ada")]
    public async Task What_cannot_be_done_is_named(params string[] args)
    {
        var directory = GatewayProcess.NewDataDirectory();
        await using var command = GatewayProcess.Start(directory, args);

        Assert.Equal(1, await command.WaitForExitAsync(Token));
        Assert.NotEmpty(command.Errors);
        Assert.DoesNotContain("   at ", command.Errors, StringComparison.Ordinal);
    }

    private static async Task ListAndLiftAsync(string directory, string of = Genesis, params string[] settings)
    {
        var (_, listed) = await RunAsync(directory, ["halts", "list", .. settings]);
        var halt = Assert.Single(listed["halts"]!.AsArray())!;
        Assert.Equal(("deposits", of, "nodes differ"),
            ((string)halt["stops"]!, (string)halt["of"]!, (string)halt["reason"]!));
        string[] lift =
            ["halts", "lift", (string)halt["id"]!, "--author", "ada", "--reason", "the node was replaced", .. settings];

        var (code, lifted) = await RunAsync(directory, lift);
        Assert.Equal((0, (string)halt["id"]!), (code, (string)lifted["lifted"]!["id"]!));
        (code, lifted) = await RunAsync(directory, lift);
        Assert.Equal(1, code);
        Assert.Null(lifted["lifted"]);
        Assert.Empty((await RunAsync(directory, ["halts", "list", .. settings])).Output["halts"]!.AsArray());
    }

    // As the watcher does when nodes differ; the chain's genesis, where one is watched.
    private static async Task<string> HaltAsync(params string[] settings)
    {
        await using var host = CommandHost.Create(settings);
        await BillingSchema.MigrateAsync(host.Services, Token);
        var desk = host.Get<DepositDesk>();
        var genesis = (await desk.CursorsAsync(Token)) is [var cursor, ..] ? cursor.Genesis : Genesis;
        Assert.True(await desk.HaltAsync(genesis, HaltScope.Deposits, 7, "nodes differ", Token));
        return genesis;
    }

    private static async Task UntilAsync(HttpClient client, bool isHalted)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative), Token);
            var chain = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["chain"]!;
            if ((bool)chain["halted"]! == isHalted)
            {
                return;
            }

            Assert.True(tries < 600, $"It never came about: {chain.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
    }

    private static async Task<(int Code, JsonNode Output)> RunAsync(string directory, IEnumerable<string> args)
    {
        await using var command = GatewayProcess.Start(directory, args);
        var code = await command.WaitForExitAsync(Token);
        Assert.True(command.Output.Length > 0, command.Errors);
        return (code, JsonNode.Parse(command.Output)!);
    }
}
