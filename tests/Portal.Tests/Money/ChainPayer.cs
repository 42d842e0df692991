using System.Diagnostics;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Portal.Tests.Money;

/// <summary>The unmodified polkadot.js beside the simulator, for as long as a class runs: it pays, and asks for blocks
/// and faults.</summary>
internal sealed class ChainPayer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _node;

    private ChainPayer(Process node) => _node = node;

    public static async Task<ChainPayer> StartAsync(string chainUrl)
    {
        var script = Path.Combine(Repository.Root, "tests", "Conformance.Tests", "node", "checkout.mjs");
        var payer = new ChainPayer(Process.Start(new ProcessStartInfo("node", [script, chainUrl])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
        await payer.ReadAsync();
        return payer;
    }

    /// <summary>One transfer, in a block of its own.</summary>
    public Task PayAsync(string address, long rao) => ActAsync(
        "pay", address, rao.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Blocks now.</summary>
    public Task ProduceAsync(int count) => ActAsync("raw", "devnet_produce", count);

    /// <summary>What the simulator is asked for; docs/devnet.md lists it.</summary>
    public Task SetAsync(string name, bool value) =>
        ActAsync("raw", "devnet_setChain", new JsonObject { [name] = value });

    /// <summary>A command of the script, and what it answered.</summary>
    public async Task<JsonNode?> ActAsync(params JsonNode?[] command)
    {
        await SendAsync(command);
        return await ReadAsync();
    }

    /// <summary>A command whose answer nobody waits for.</summary>
    public async Task SendAsync(params JsonNode?[] command)
    {
        await _node.StandardInput.WriteLineAsync(new JsonArray(command).ToJsonString());
        await _node.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_node.HasExited)
        {
            _node.Kill(entireProcessTree: true);
            await _node.WaitForExitAsync();
        }

        _node.Dispose();
    }

    // The library tells of its own on other lines.
    private async Task<JsonNode?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _node.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.StartsWith('{') || JsonNode.Parse(line) is not JsonObject answer)
            {
                continue;
            }

            if (answer["failed"] is { } failure)
            {
                throw new InvalidOperationException((string)failure!);
            }

            return answer["done"]?.DeepClone();
        }

        throw new InvalidOperationException("polkadot.js ended. Run ./test.sh once: it installs the client packages.");
    }
}
