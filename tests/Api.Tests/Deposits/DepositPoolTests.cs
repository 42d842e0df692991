using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Deposits;

/// <summary>Deposit addresses of a list that was made offline, from the command that makes it to the last address.
/// </summary>
public sealed class DepositPoolTests : IDisposable
{
    private const string Phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-pool-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Uri Addresses { get; } = new("v1/organization/deposit_addresses", UriKind.Relative);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_list_is_made_checked_given_out_and_comes_to_its_end()
    {
        var made = await MakeAsync("short.json", 5);
        await using var gateway = await StartAsync(made);
        using var client = await AdminAsync(gateway);
        using (var unwatched = await client.PostAsync(Addresses, null, Token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, unwatched.StatusCode);
        }

        await gateway.Services.GetRequiredService<DepositDesk>().BeginAsync(new("0xchain", 0, "0x0"), Token);
        var given = new List<string>();
        for (var n = 0; n < 5; n++)
        {
            using var answer = await client.PostAsync(Addresses, null, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            given.Add((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["address"]!);
            await gateway.Services.GetRequiredService<DepositStock>().LookAsync(Token);
            var left = await StockAsync(client);
            Assert.Equal((4 - n, 5, n >= 3, n < 4),
                ((int)left["left"]!, (int)left["count"]!, (bool)left["low"]!, (bool)left["ready"]!));
        }

        Assert.Equal(((string)made["first"]!, (string)made["last"]!), (given[0], given[^1]));
        Assert.Equal(5, given.Distinct().Count());
        using var refused = await client.PostAsync(Addresses, null, Token);
        var error = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Token))!["error"]!;
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "deposits_unavailable"), (refused.StatusCode, (string)error["code"]!));
        Assert.Contains("deposit-pool", (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_not_the_signers_stops_the_start_and_is_named()
    {
        var made = await MakeAsync("list.json", 2);
        var file = (string)made["file"]!;
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, Token)).Replace(
                (string)made["first"]!, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", StringComparison.Ordinal),
            Token);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(made));
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains("not signed by", refused.Message, StringComparison.Ordinal);
        var (code, _, errors) = await CommandAsync("check", file, "--signer", (string)made["signer"]!);
        Assert.Equal(1, code);
        Assert.Contains("not signed by", errors, StringComparison.Ordinal);
        Assert.Equal(1, (await CommandAsync("check", "/no/such/file", "--signer", (string)made["signer"]!)).Code);
        Assert.Equal(1, (await CommandAsync("create", file, "--secret", Secret(), "--count", "1")).Code);
        Assert.Equal(1, (await CommandAsync("create", file + "2", "--secret", Secret(), "--count", "0")).Code);
        Assert.Equal(1, (await CommandAsync("create", file + "2", "--count", "1")).Code);
    }

    private async Task<JsonNode> MakeAsync(string name, int count)
    {
        var file = Path.Combine(_folder, name);
        var (code, made, errors) = await CommandAsync("create", file, "--secret", Secret(), "--count", $"{count}");
        Assert.True(code == 0, errors);
        var (checkCode, read, _) = await CommandAsync("check", file, "--signer", (string)made!["signer"]!);
        Assert.Equal(0, checkCode);
        Assert.Equal(made.ToJsonString(), read!.ToJsonString());
        return made;
    }

    private string Secret()
    {
        var file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, Phrase);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }

    private async Task<(int Code, JsonNode? Output, string Errors)> CommandAsync(params string[] args)
    {
        await using var command = GatewayProcess.Start(_folder, ["deposit-pool", .. args]);
        var code = await command.WaitForExitAsync(Token);
        Assert.DoesNotContain("   at ", command.Errors, StringComparison.Ordinal);
        return (code, command.Output.Length == 0 ? null : JsonNode.Parse(command.Output), command.Errors);
    }

    private async Task<Microsoft.AspNetCore.Builder.WebApplication> StartAsync(JsonNode made)
    {
        var app = GatewayHost.Build([
            "--urls", "http://127.0.0.1:0",
            $"--Gateway:DataDirectory={Path.Combine(_folder, "data")}",
            "--Gateway:Network=custom", "--Gateway:Management:Urls=", "--Gateway:Roles=api,chain",
            "--Gateway:Chain:RequireAgreement=1",

            // Nobody listens on port 9: the chain is away, and the books say what was begun.
            "--Gateway:Chain:Endpoints:0=ws://127.0.0.1:9",
            $"--Gateway:Chain:DepositPool:File={made["file"]}",
            $"--Gateway:Chain:DepositPool:Signer={made["signer"]}",
        ]);
        try
        {
            await app.StartAsync(Token);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static async Task<HttpClient> AdminAsync(Microsoft.AspNetCore.Builder.WebApplication gateway)
    {
        var access = gateway.Services.GetRequiredService<AccessStore>();
        var org = await access.CreateOrganizationAsync("pool", "pool@example.org");
        var key = await access.CreateKeyAsync(org, KeyKind.Admin, "admin");
#pragma warning disable RS0030 // A test's client talks to one loopback server and dies with the test.
        var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.First()) };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private static async Task<JsonNode> StockAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("readyz", UriKind.Relative), Token);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["deposit_addresses"]!;
    }
}
