using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Testing.Miners;

/// <summary>An upstream on a free loopback port that answers as its script says: also in ways no real one
/// would.</summary>
public sealed class ScriptedMiner : IAsyncDisposable
{
    private readonly ConcurrentQueue<MinerCall> _calls = new();
    private readonly WebApplication _app;

    private ScriptedMiner(WebApplication app)
    {
        _app = app;
    }

    /// <summary>The base address, ending in <c>/v1/</c>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The calls so far, in order of arrival.</summary>
    public IReadOnlyList<MinerCall> Calls => [.. _calls];

    /// <summary>Starts a miner whose every call runs the script.</summary>
    public static async Task<ScriptedMiner> StartAsync(Func<MinerCall, Task> script, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.AllowResponseHeaderCompression = false);
        var app = builder.Build();
        var miner = new ScriptedMiner(app);
        app.Run(context => miner.ServeAsync(context, script));
        await app.StartAsync(ct);
        miner.Address = new Uri(app.Urls.First() + "/v1/");
        return miner;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context, Func<MinerCall, Task> script)
    {
        var call = await MinerCall.ReadAsync(context);
        _calls.Enqueue(call);
        try
        {
            await script(call);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The gateway hung up; the call has recorded it.
        }
    }
}
