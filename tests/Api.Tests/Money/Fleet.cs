using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Api.Tests.Money;

/// <summary>Real gateway processes, one a data directory, that are killed and started again.</summary>
internal sealed class Fleet(string[] folders, string[] settings) : IAsyncDisposable
{
    private const int SigKill = 9;

    private readonly GatewayProcess?[] _processes = new GatewayProcess?[folders.Length];
    private readonly HttpClient?[] _clients = new HttpClient?[folders.Length];
    private int _answers;

    /// <summary>How many there are.</summary>
    public int Count => folders.Length;

    /// <summary>Answers that clients saw the beginning of so far.</summary>
    public int Answers => Volatile.Read(ref _answers);

    public void Answered() => Interlocked.Increment(ref _answers);

    /// <summary>Talks to one of them; null while it is dead.</summary>
    public HttpClient? Client(int index) => Volatile.Read(ref _clients[index]);

    /// <summary>One of them, once it was started.</summary>
    public GatewayProcess Process(int index) => _processes[index]!;

    public async Task StartAllAsync()
    {
        for (var index = 0; index < Count; index++)
        {
            await StartAsync(index);
            if (index == 0)
            {
                ShareKeys();
            }
        }
    }

    public async Task KillAndRestartAsync(int index)
    {
        Volatile.Write(ref _clients[index], null);
        var process = _processes[index]!;
        process.Signal(SigKill);
        await process.WaitForExitAsync();
        await process.DisposeAsync();
        await StartAsync(index);
    }

    /// <summary>A request's receipt; null when it has none.</summary>
    public async Task<JsonNode?> ReceiptAsync(string id, CancellationToken ct)
    {
        using var answer = await Client(0)!.GetAsync(new Uri($"v1/receipts/{id}", UriKind.Relative), ct);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(ct));
    }

    public async Task<JsonNode> CreditsAsync(CancellationToken ct) =>
        (await Client(0)!.GetFromJsonAsync<JsonNode>(new Uri("v1/credits", UriKind.Relative), ct))!["data"]!;

    public async ValueTask DisposeAsync()
    {
        for (var index = 0; index < Count; index++)
        {
            _clients[index]?.Dispose();
            if (_processes[index] is { } process)
            {
                await process.DisposeAsync();
            }

            Directory.Delete(folders[index], recursive: true);
        }
    }

    private async Task StartAsync(int index)
    {
        var process = await GatewayProcess.StartReadyAsync(folders[index], settings);
        _processes[index] = process;
        Volatile.Write(ref _clients[index], process.CreateClient());
    }

    // Processes on one store need the same keys.
    private void ShareKeys()
    {
        for (var index = 1; index < Count; index++)
        {
            var target = Directory.CreateDirectory(Path.Combine(folders[index], "keys"));
            foreach (var file in Directory.GetFiles(Path.Combine(folders[0], "keys")))
            {
                File.Copy(file, Path.Combine(target.FullName, Path.GetFileName(file)));
            }
        }
    }
}
