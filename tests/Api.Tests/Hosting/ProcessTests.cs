using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Api.Tests.Hosting;

/// <summary>What a person or an orchestrator sees of the executable.</summary>
public sealed class ProcessTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_run_says_in_under_ten_lines_how_to_use_it()
    {
        await using var gateway = await GatewayProcess.StartReadyAsync(GatewayProcess.NewDataDirectory());

        var lines = gateway.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 1, 9);
        Assert.Contains("not Bittensor", gateway.Output, StringComparison.Ordinal);
        Assert.Contains(gateway.DataDirectory, gateway.Output, StringComparison.Ordinal);
        Assert.Contains($"curl -N {gateway.BaseUrl}/chat/completions", gateway.Output, StringComparison.Ordinal);
        Assert.Empty(gateway.Errors);

        var file = Path.Combine(gateway.DataDirectory, "devnet.json");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == OwnerOnly);
        Assert.Equal(["honest", "lazy", "flaky", "slow", "liar", "copycat"],
            gateway.DevNet["miners"]!.AsArray().Select(miner => (string)miner!["kind"]!).Distinct());

        using var client = gateway.CreateClient();
        foreach (var probe in (string[])["healthz", "readyz"])
        {
            using var answer = await client.GetAsync(new Uri(probe, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task The_second_process_on_a_data_directory_stops_with_the_reason()
    {
        await using var first = await GatewayProcess.StartReadyAsync(GatewayProcess.NewDataDirectory());
        await using var second = GatewayProcess.Start(
            first.DataDirectory, "--urls", $"http://127.0.0.1:{FreePort.Next()}");

        Assert.Equal(1, await second.WaitForExitAsync(Token));
        Assert.Contains($"in use by process {first.Id}", second.Errors, StringComparison.Ordinal);
        Assert.Empty(second.Output);

        using var client = first.CreateClient();
        using var answer = await client.GetAsync(new Uri("healthz", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_restart_keeps_organisation_credit_and_keys()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await using var first = await GatewayProcess.StartReadyAsync(directory);
        var spent = await AskAsync(first);
        Assert.Equal(0, await first.StopAsync());

        await using var second = await GatewayProcess.StartReadyAsync(directory);
        Assert.Equal((string)first.DevNet["organization"]!, (string)second.DevNet["organization"]!);
        Assert.Equal(first.ApiKey, second.ApiKey);
        using var client = second.CreateClient();
        var credits = await CreditsAsync(client);
        Assert.Equal(5_000_000_000 - spent, (long)credits["available_nusd"]!);
        Assert.Equal(0, (long)credits["held_nusd"]!);
    }

    [Fact]
    public async Task The_simulated_chain_says_what_it_is_and_goes_on_after_a_restart()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await using var first =
            await GatewayProcess.StartReadyAsync(directory, "--Gateway:DevNet:BlockTime=00:00:00.05");
        var version = (string)(await AskChainAsync(first, "system_version"))!;
        Assert.EndsWith("-simulator", version, StringComparison.Ordinal);
        Assert.Equal("//Alice", (string)first.DevNet["faucetUri"]!);
        var genesis = (string)(await AskChainAsync(first, "chain_getBlockHash", 0))!;
        string? early;
        do
        {
            early = (string?)await AskChainAsync(first, "chain_getBlockHash", 5);
        }
        while (early is null || (int)(await AskChainAsync(first, "devnet_status"))!["finalized"]! < 5);
        Assert.Equal(0, await first.StopAsync());

        await using var second = await GatewayProcess.StartReadyAsync(directory);
        Assert.Equal(genesis, (string)(await AskChainAsync(second, "chain_getBlockHash", 0))!);
        Assert.Equal(early, (string)(await AskChainAsync(second, "chain_getBlockHash", 5))!);
    }

    [Fact]
    public async Task A_taken_chain_port_stops_the_start_with_the_reason()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var gateway = GatewayProcess.Start(
            GatewayProcess.NewDataDirectory(),
            "--urls", $"http://127.0.0.1:{FreePort.Next()}", $"--Gateway:DevNet:ChainPort={port}");

        Assert.Equal(1, await gateway.WaitForExitAsync(Token));
        Assert.Contains("The chain simulator cannot start", gateway.Errors, StringComparison.Ordinal);
        Assert.Contains($"{port}", gateway.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Complaint_09_A_kill_leaves_nothing_held_after_the_next_start()
    {
        const int SigKill = 9;
        var directory = GatewayProcess.NewDataDirectory();
        await using var first = await GatewayProcess.StartReadyAsync(directory);
        var spent = await AskAsync(first);
        first.Signal(SigKill);
        await first.WaitForExitAsync(Token);

        await using var second = await GatewayProcess.StartReadyAsync(directory);
        using var client = second.CreateClient();
        var credits = await CreditsAsync(client);
        Assert.Equal((5_000_000_000 - spent, 0L), ((long)credits["available_nusd"]!, (long)credits["held_nusd"]!));
    }

    [Theory]
    [InlineData("--Gateway:Network=mainnet", "Gateway:Network")]
    [InlineData("--Gateway:Nonsense=1", "Gateway:Nonsense")]
    [InlineData("--Gateway:Upstreams:Static:0:Name=a", "Gateway:Upstreams:Static:0:BaseAddress")]
    public async Task A_bad_setting_stops_the_start_by_its_name(string arg, string name)
    {
        await using var gateway = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), arg);

        Assert.Equal(1, await gateway.WaitForExitAsync(Token));
        Assert.Contains(name, gateway.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gateway.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_static_upstream_without_a_price_stops_the_start()
    {
        await using var gateway = GatewayProcess.Start(
            GatewayProcess.NewDataDirectory(), "--urls", "http://127.0.0.1:0",
            "--Gateway:Upstreams:Static:0:Name=a", "--Gateway:Upstreams:Static:0:BaseAddress=http://127.0.0.1:9/v1",
            "--Gateway:Upstreams:Static:0:Models:0=unpriced");

        Assert.Equal(1, await gateway.WaitForExitAsync(Token));
        Assert.Contains("Gateway:Pricing:Usd:unpriced:Input", gateway.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gateway.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_stops_the_start_with_the_remedy()
    {
        await using var first = await GatewayProcess.StartReadyAsync(GatewayProcess.NewDataDirectory());
        await using var second = GatewayProcess.Start(GatewayProcess.NewDataDirectory(),
            "--urls", first.BaseUrl.GetLeftPart(UriPartial.Authority));

        Assert.Equal(1, await second.WaitForExitAsync(Token));
        Assert.Contains("--urls", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_owner_makes_keys_that_work_and_hold_no_credit()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await using var command = GatewayProcess.Start(
            directory, "create-owner", "--email", "ada@example.org", "--organization", "Engines");
        Assert.Equal(0, await command.WaitForExitAsync(Token));
        var created = JsonNode.Parse(command.Output)!;
        Assert.StartsWith("gw-admin-", (string)created["adminKey"]!, StringComparison.Ordinal);

        await using var gateway = await GatewayProcess.StartReadyAsync(directory);
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string)created["apiKey"]!);
        var credits = await CreditsAsync(client);
        Assert.Equal(0, (long)credits["available_nusd"]!);
        using var answer = await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), Question(), Token);
        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;
        Assert.Equal("insufficient_quota", (string)error["code"]!);
    }

    [Theory]
    [InlineData("create-owner")]
    [InlineData("create-owner", "--email", "nobody")]
    [InlineData("create-owner", "--email")]
    [InlineData("dance")]
    [InlineData("migrate", "extra")]
    [InlineData("check", "--bogus", "1")]
    [InlineData("--port", "5")]
    [InlineData("--urls", "nonsense")]
    [InlineData("--urls", "http://256.1.1.1:19495")]
    [InlineData("--urls", "http://127.0.0.1:99999")]
    [InlineData("--urls", "http://:80:80")]
    [InlineData("migrate", "--Gateway:Storage:ConnectionString=rubbish")]
    [InlineData("--Gateway:Redis:ConnectionString=127.0.0.1:6379,nonsense=1")]
    public async Task A_wrong_command_says_what_is_wrong(params string[] args)
    {
        await using var command = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), args);

        Assert.NotEqual(0, await command.WaitForExitAsync(Token));
        Assert.NotEmpty(command.Errors);
        Assert.Empty(command.Output);
    }

    [Fact]
    public async Task A_secret_that_others_can_read_stops_the_start_with_the_remedy()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await using var first = await GatewayProcess.StartReadyAsync(directory);
        await first.StopAsync();
        var pepper = Path.Combine(directory, "keys", "pepper");
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
            {
                Assert.True(File.GetUnixFileMode(file) == OwnerOnly, file);
            }

            File.SetUnixFileMode(pepper, OwnerOnly | UnixFileMode.OtherRead);
        }

        await using var second = GatewayProcess.Start(directory, "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, await second.WaitForExitAsync(Token));
        Assert.Contains($"chmod 600 {pepper}", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_and_check_print_JSON_and_may_be_repeated()
    {
        var directory = GatewayProcess.NewDataDirectory();
        foreach (var name in (string[])["check", "migrate", "migrate", "check"])
        {
            await using var command = GatewayProcess.Start(directory, name);
            Assert.Equal(0, await command.WaitForExitAsync(Token));
            Assert.Equal("sqlite", (string)JsonNode.Parse(command.Output)!["store"]!);
        }
    }

    [Fact]
    public async Task Check_names_what_cannot_be_reached_and_shows_no_secret()
    {
        await using var command = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), "check",
            "--Gateway:Storage:ConnectionString=Host=127.0.0.1;Port=9;Username=u;Password=very-secret;Timeout=2");

        Assert.Equal(1, await command.WaitForExitAsync(Token));
        Assert.Contains("Gateway:Storage:ConnectionString", command.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", command.Output + command.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_Redis_stops_the_start_and_is_named_and_one_that_is_not_there_is_found_by_check()
    {
        await using var start = GatewayProcess.Start(GatewayProcess.NewDataDirectory(),
            "--Gateway:Redis:ConnectionString=127.0.0.1:6379,nonsense=very-secret");
        Assert.Equal(1, await start.WaitForExitAsync(Token));
        Assert.Contains("Gateway:Redis:ConnectionString is out of range", start.Errors, StringComparison.Ordinal);

        await using var check = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), "check",
            "--Gateway:Redis:ConnectionString=127.0.0.1:9,password=very-secret");
        Assert.Equal(1, await check.WaitForExitAsync(Token));
        Assert.Contains("Gateway:Redis:ConnectionString cannot be reached", check.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", start.Errors + check.Output + check.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "redis")]
    public async Task Check_tries_Redis()
    {
        await using var redis = await RedisServer.CreateAsync("right");
        await using var good = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), "check",
            $"--Gateway:Redis:ConnectionString={redis.ConnectionString}");
        Assert.Equal(0, await good.WaitForExitAsync(Token));

        await using var bad = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), "check",
            $"--Gateway:Redis:ConnectionString=127.0.0.1:{redis.Port},password=wrong");
        Assert.Equal(1, await bad.WaitForExitAsync(Token));
    }

    [Fact]
    public async Task Help_lists_commands_and_settings()
    {
        await using var command = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), "--help");

        Assert.Equal(0, await command.WaitForExitAsync(Token));
        string[] words = ["create-owner", "migrate", "check", "Gateway:DataDirectory", "Gateway:Upstreams:Static"];
        foreach (var word in words)
        {
            Assert.Contains(word, command.Output, StringComparison.Ordinal);
        }
    }

    private static async Task<long> AskAsync(GatewayProcess gateway)
    {
        using var client = gateway.CreateClient();
        using var answer = await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), Question(), Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (long)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["usage"]!["cost_nusd"]!;
    }

    private static async Task<JsonNode> CreditsAsync(HttpClient client) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri("v1/credits", UriKind.Relative), Token))!["data"]!;

    private static async Task<JsonNode?> AskChainAsync(GatewayProcess gateway, string method, params JsonNode[] values)
    {
        var port = new UriBuilder((string)gateway.DevNet["chainUrl"]!) { Scheme = "http" }.Uri;
        var request = new JsonObject { ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(values) };
        using var client = gateway.CreateClient();
        using var content = new StringContent(request.ToJsonString());
        using var answer = await client.PostAsync(port, content, Token);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["result"];
    }

    private static StringContent Question() => new(
        """{"model":"devnet-small","messages":[{"role":"user","content":"What is 6 * 7?"}]}""",
        System.Text.Encoding.UTF8,
        "application/json");
}
