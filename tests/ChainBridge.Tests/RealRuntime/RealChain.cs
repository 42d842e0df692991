using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.ChainBridge.Tests.RealRuntime;

/// <summary>A real Substrate runtime: Rococo's asset hub, statemine 900, executed by chopsticks in a process of its
/// own. It makes a block for each transaction, final at once. Its pallets are not Subtensor's; the frame around them,
/// the signature check and Balances, Utility, Multisig and Proxy are the real ones.</summary>
public sealed class RealChain : IAsyncLifetime
{
    // A wasm interpreter on a machine that does other things beside.
    private static readonly RpcOptions Patient = new()
    {
        CallTimeout = TimeSpan.FromSeconds(90),
        LongCallTimeout = TimeSpan.FromSeconds(180),
    };

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-runtime-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly RuntimeSource _runtimes = new();

    [SuppressMessage("Usage", "CA2213", Justification = "Disposed with the rest, asynchronously.")]
    private Process? _process;
    private Task _running = Task.CompletedTask;

    internal NodeApi Node { get; private set; } = null!;

    internal static ReadOnlyMemory<byte> AccountOf(string uri)
    {
        using var key = Sr25519Keypair.FromUri(uri);
        return key.PublicKey.ToArray();
    }

    public async ValueTask InitializeAsync()
    {
        var port = FreePort.Next();
        await StartAsync(port);
        var endpoint = new RpcEndpoint(
            new Uri($"ws://127.0.0.1:{port}"),
            new ExpectedChain(Genesis: null, "statemine"),
            Patient,
            TimeProvider.System,
            new Random(1),
            NullLogger.Instance);
        Node = new NodeApi(endpoint);
        _running = endpoint.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        using (_process)
        {
            _process!.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Gives an account a balance out of nothing, as only this node does.</summary>
    internal Task FundAsync(ReadOnlyMemory<byte> account, ulong free, CancellationToken ct) => Node.Endpoint.CallAsync(
        "dev_setStorage",
        json => json.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $$$"""
            {"System":{"Account":[[["{{{Ss58.Encode(account.Span)}}}"],{"providers":1,"data":{"free":{{{free}}}}}]]}}
            """)),
        static (ref Utf8JsonReader reader) => reader.TokenType,
        ct);

    internal async Task<RuntimeContext> RuntimeAsync(CancellationToken ct) =>
        await _runtimes.AtAsync(Node, await Node.FinalizedHeadAsync(ct), ct);

    /// <summary>Signs a call, mortal, at the finalized head.</summary>
    internal async Task<SignedExtrinsic> SignAsync(string uri, ScaleValue.Case call, CancellationToken ct)
    {
        using var key = Sr25519Keypair.FromUri(uri);
        var head = await Node.FinalizedHeadAsync(ct);
        var header = await Node.HeaderAsync(head, ct);
        var nonce = await Node.NextNonceAsync(Ss58.Encode(key.PublicKey), ct);
        return ExtrinsicSigner.Sign(
            await RuntimeAsync(ct), call, TransactionTerms.BornAt(nonce, header!.Number, head), key);
    }

    /// <summary>Signs, sends and follows a call to its finalized end.</summary>
    internal async Task<TransactionFate.Included> SendAsync(string uri, ScaleValue.Case call, CancellationToken ct)
    {
        var signed = await SignAsync(uri, call, ct);
        var head = await Node.HeaderAsync(await Node.FinalizedHeadAsync(ct), ct);
        var follower = new TransactionFollower(Node, _runtimes, TimeProvider.System, TimeSpan.FromMilliseconds(200));
        return Assert.IsType<TransactionFate.Included>(await follower.SendAsync(signed, head!.Number, ct));
    }

    internal async Task<ulong> FreeAsync(ReadOnlyMemory<byte> account, CancellationToken ct)
    {
        var head = await Node.FinalizedHeadAsync(ct);
        var metadata = (await RuntimeAsync(ct)).Metadata;
        var key = StorageKeys.Of(metadata, "System", "Account", ScaleValue.Of(account.Span));
        var stored = await Node.StorageAsync(key, head, ct);
        return StorageValues.Read(metadata, "System", "Account", stored)!["data"]["free"].ToUInt64();
    }

    /// <summary>Transfers that a block's events tell of: index, receiver, amount.</summary>
    internal async Task<IReadOnlyList<(int Index, ReadOnlyMemory<byte> To, ulong Amount)>> TransfersAsync(
        Hash256 block, CancellationToken ct)
    {
        var metadata = (await RuntimeAsync(ct)).Metadata;
        var raw = await Node.StorageAsync(StorageKeys.Of(metadata, "System", "Events"), block, ct);
        return [.. EventScan.For(metadata, ("Balances", "Transfer")).Read(raw)
            .Select(one => (one.Index, one["to"].ToBytes(), one["amount"].ToUInt64()))];
    }

    private async Task StartAsync(int port)
    {
        var script = Path.Combine(
            Repository.Root, "tests", "ChainBridge.Tests", "RealRuntime", "node", "node.mjs");
        var said = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(
            "node", [script, port.ToString(CultureInfo.InvariantCulture), _folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("listening on", StringComparison.Ordinal) == true)
            {
                _ = said.TrySetResult(true);
            }
        };
        _process.Exited += (_, _) => said.TrySetResult(false);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Assert.True(
            await said.Task.WaitAsync(StartLimit, TimeProvider.System),
            "chopsticks did not start. Run ./test.sh once: it installs its packages.");
    }
}
