using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.ChainBridge.Payouts;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Api.Tests.Money;

/// <summary>A signer in a process of its own, killed with SIGKILL at each step between an approved refund and the books
/// that hear of its payment. Each refund is paid exactly once.</summary>
[Trait("Needs", "postgres")]
public sealed class SignerKillTests : IAsyncLifetime
{
    private const int SigKill = 9;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _gatewayFolder = GatewayProcess.NewDataDirectory();
    private readonly string _signerFolder = GatewayProcess.NewDataDirectory();
    private readonly int _chainPort = FreePort.Next();
    private readonly List<string> _refunds = [];
    private readonly List<string> _approvers = [];
    private string _wallet = "";
    private PostgresServer _server = null!;
    private GatewayProcess _gateway = null!;
    private GatewayProcess? _signer;
    private FaultProxy _proxy = null!;
    private HttpClient _admin = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Store => $"--Gateway:Storage:ConnectionString={_server.ConnectionString("postgres")}";

    private ChainRpc Chain => new(new Uri($"ws://127.0.0.1:{_chainPort}"));

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.CreateAsync(Token);
        _wallet = MakeKey(_signerFolder, "hot-wallet");
        _approvers.AddRange([MakeKey(_gatewayFolder, "approver-1"), MakeKey(_gatewayFolder, "approver-2")]);
        _gateway = await GatewayProcess.StartReadyAsync(
            _gatewayFolder, Store, "--Gateway:Roles=api,chain,experts,validator",
            $"--Gateway:DevNet:ChainPort={_chainPort}", "--Gateway:DevNet:BlockTime=00:00:00.3");
        _admin = _gateway.CreateClient();
        _admin.DefaultRequestHeaders.Authorization = new("Bearer", _gateway.AdminKey);
        _proxy = FaultProxy.Start(_chainPort);
    }

    public async ValueTask DisposeAsync()
    {
        if (_signer is not null)
        {
            await _signer.DisposeAsync();
        }

        _admin.Dispose();
        await _gateway.DisposeAsync();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_gatewayFolder, recursive: true);
        Directory.Delete(_signerFolder, recursive: true);
    }

    [Fact]
    public async Task Killed_at_each_step_the_signer_pays_each_refund_exactly_once()
    {
        await BeforeItSignsAsync();
        await AfterItSignedAndBeforeTheBooksHaveItAsync();
        await AfterTheBooksHaveItAndBeforeItIsSentAsync();
        await AfterItIsSentAsync();
        await AfterItIsInABlockAsync();
        await BeforeTheBooksHearOfItAsync();

        // As many transactions as refunds, each in one block, each with a nonce of its own.
        Assert.Equal(_refunds.Count, (int)(await Chain.AskAsync("system_accountNextIndex", _wallet))!);
        Assert.Equal(
            Enumerable.Range(0, _refunds.Count).Select(nonce => (long)nonce),
            (await ColumnAsync<long>("nonce")).Order());
        foreach (var bytes in await ColumnAsync<byte[]>("signed"))
        {
            Assert.Equal(1, await Chain.CountAsync("0x" + Convert.ToHexStringLower(bytes)));
        }

        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM billing.signer_halt"));
        Assert.Equal(
            (long)_refunds.Count,
            await ScalarAsync("SELECT count(*) FROM billing.posting WHERE kind = 'payout_finalized' AND n = 0"));
    }

    // The wallet is dry: the signer knows of the refund and signs nothing.
    private async Task BeforeItSignsAsync()
    {
        StartSigner();
        await AskAsync();
        await EventuallyAsync(() => Task.FromResult(_signer!.Errors.Contains("runs dry", StringComparison.Ordinal)));
        await KillAsync();
        Assert.Equal("approved2", await StateAsync());

        await Chain.AskAsync("devnet_faucet", _wallet, 50_000_000_000);
        await FinishAsync();
    }

    // The books are held: the signer's own log has the bytes, and the books do not.
    private async Task AfterItSignedAndBeforeTheBooksHaveItAsync()
    {
        var signed = LogLines("\"signed\"");
        await using (await HoldAsync(await AskApprovedAsync()))
        {
            StartSigner();
            await EventuallyAsync(() => Task.FromResult(LogLines("\"signed\"") > signed));
            await KillAsync();
        }

        Assert.Equal("approved2", await StateAsync());
        await FinishAsync();
    }

    private async Task AfterTheBooksHaveItAndBeforeItIsSentAsync()
    {
        var signed = LogLines("\"signed\"");
        await using (await HoldAsync(await AskApprovedAsync()))
        {
            StartSigner();
            await EventuallyAsync(() => Task.FromResult(LogLines("\"signed\"") > signed));

            // Nothing reaches the chain any more, and what is held back is thrown away.
            _proxy.Block(Blocked.All);
        }

        await EventuallyAsync(async () => await StateAsync() == "signed");
        await KillAsync();
        await _proxy.DisposeAsync();
        _proxy = FaultProxy.Start(_chainPort);
        Assert.Equal(0, await Chain.CountAsync(await BytesAsync()));
        await FinishAsync();
    }

    private async Task AfterItIsSentAsync()
    {
        await AskApprovedAsync();
        StartSigner();
        await EventuallyAsync(async () =>
        {
            // Blocks stand still from the moment that something is signed, so that it waits in the pool.
            await Chain.AskAsync("devnet_setChain", new JsonObject { ["stalled"] = await StateAsync() != "approved2" });
            return await StateAsync() == "broadcast";
        });
        await KillAsync();
        await Chain.AskAsync("devnet_setChain", new JsonObject { ["stalled"] = false });
        await FinishAsync();
    }

    private async Task AfterItIsInABlockAsync()
    {
        await Chain.AskAsync("devnet_setChain", new JsonObject { ["finalityStalled"] = true });
        await AskApprovedAsync();
        StartSigner();
        await EventuallyAsync(async () =>
            await StateAsync() == "broadcast" && await Chain.CountAsync(await BytesAsync()) == 1);
        await KillAsync();
        Assert.Equal("broadcast", await StateAsync());
        await Chain.AskAsync("devnet_setChain", new JsonObject { ["finalityStalled"] = false });
        await FinishAsync();
    }

    private async Task BeforeTheBooksHearOfItAsync()
    {
        await Chain.AskAsync("devnet_setChain", new JsonObject { ["finalityStalled"] = true });
        var refund = await AskApprovedAsync();
        StartSigner();
        await EventuallyAsync(async () => await StateAsync() == "broadcast");
        var ended = LogLines("\"ended\"");
        await using (await HoldAsync(refund))
        {
            await Chain.AskAsync("devnet_setChain", new JsonObject { ["finalityStalled"] = false });
            await EventuallyAsync(() => Task.FromResult(LogLines("\"ended\"") > ended));
            await KillAsync();
        }

        Assert.Equal("broadcast", await StateAsync());
        await FinishAsync();
    }

    private async Task<string> AskApprovedAsync()
    {
        var refund = await AskAsync();
        await EventuallyAsync(async () => await StateAsync() == "approved2");
        return refund;
    }

    private async Task<string> AskAsync()
    {
        var destination = MakeKey(_signerFolder, $"payee-{_refunds.Count}");
        using var body = new StringContent(
            $$"""{"destination":"{{destination}}","amount":0.25}""", Encoding.UTF8, "application/json");
        using var answer = await _admin.PostAsync(new Uri("v1/organization/refunds", UriKind.Relative), body, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        _refunds.Add((string)JsonNode.Parse(text)!["id"]!);
        return _refunds[^1];
    }

    // A signer that lives finishes what the dead one began.
    private async Task FinishAsync()
    {
        StartSigner();
        await EventuallyAsync(async () => await StateAsync() == "finalized");
        await StopSignerAsync();
    }

    private void StartSigner() => _signer = GatewayProcess.Start(
        _signerFolder, Store, "--Gateway:Roles=signer", "--Gateway:Network=custom",
        $"--Gateway:Chain:Endpoints:0=ws://127.0.0.1:{_proxy.Port}", "--Gateway:Chain:RequireAgreement=1",
        "--Gateway:Signer:Approvers:0:Person=devnet-approver-1",
        $"--Gateway:Signer:Approvers:0:Address={_approvers[0]}",
        "--Gateway:Signer:Approvers:1:Person=devnet-approver-2",
        $"--Gateway:Signer:Approvers:1:Address={_approvers[1]}");

    private async Task KillAsync()
    {
        _signer!.Signal(SigKill);
        await _signer.WaitForExitAsync(Token);
        await StopSignerAsync();
    }

    private async Task StopSignerAsync()
    {
        if (_signer is { } signer)
        {
            _signer = null;
            await signer.DisposeAsync();
        }
    }

    // Nobody else writes the payout's row until this is disposed.
    private async Task<NpgsqlConnection> HoldAsync(string refund)
    {
        var connection = new NpgsqlConnection(_server.ConnectionString("postgres"));
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN; SELECT id FROM billing.payout WHERE id = @id FOR UPDATE";
        command.Parameters.AddWithValue("id", refund);
        await command.ExecuteScalarAsync(Token);
        return connection;
    }

    private async Task<string> StateAsync() =>
        (string)(await ScalarAsync($"SELECT state FROM billing.payout WHERE id = '{_refunds[^1]}'"))!;

    private async Task<string> BytesAsync() => "0x" + Convert.ToHexStringLower(
        (byte[])(await ScalarAsync($"SELECT signed FROM billing.payout WHERE id = '{_refunds[^1]}'"))!);

    private async Task<List<T>> ColumnAsync<T>(string column)
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionString("postgres"));
        await using var command = source.CreateCommand($"SELECT {column} FROM billing.payout");
        await using var reader = await command.ExecuteReaderAsync(Token);
        var values = new List<T>();
        while (await reader.ReadAsync(Token))
        {
            values.Add(await reader.GetFieldValueAsync<T>(0, Token));
        }

        return values;
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionString("postgres"));
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Token);
    }

    private int LogLines(string word)
    {
        var path = Path.Combine(_signerFolder, "signer", "payouts.log");
        if (!File.Exists(path))
        {
            return 0;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Count(line => line.Contains(word, StringComparison.Ordinal));
    }

    private async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (!await isSo())
        {
            Assert.True(
                TimeProvider.System.GetUtcNow() < until,
                $"It never came about.\n{_signer?.Output}\n{_signer?.Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    private static string MakeKey(string folder, string name)
    {
        var keys = Path.Combine(folder, "keys");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(keys, Private);
        }

        using var key = ApproverKey.Open(Path.Combine(keys, name));
        return key.Address;
    }
}
