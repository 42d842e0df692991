using System.Net;
using System.Text;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Faucet;
using Gateway.DevNet.Faults;
using Gateway.DevNet.Miners;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.DevNet.JsonRpc;

/// <summary>A port of the simulated chain: JSON-RPC over WebSocket, and over POST for whoever asks one thing. Loopback
/// only.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    private const long LongestBody = 16 << 20;

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();

    private RpcServer(WebApplication app, PortFaults faults)
    {
        _app = app;
        Faults = faults;
    }

    /// <summary>What is wrong with this port.</summary>
    public PortFaults Faults { get; }

    /// <summary>Where it listens, such as <c>ws://127.0.0.1:40001</c>.</summary>
    public Uri Address => new(_app.Urls.Single().Replace("http://", "ws://", StringComparison.Ordinal));

    /// <param name="chain">The chain to serve.</param>
    /// <param name="faucet">Its faucet.</param>
    /// <param name="port">0 for a free one.</param>
    /// <param name="time">Measures delays.</param>
    /// <param name="ct">Gives up the start.</param>
    public static async Task<RpcServer> StartAsync(
        DevChain chain, ChainFaucet faucet, int port, TimeProvider time, CancellationToken ct)
    {
        var faults = new PortFaults(time);
        var view = new PortView(chain, faults, faucet);
        var server = new RpcServer(Build(port), faults);
        server._app.UseWebSockets();
        server._app.Run(context => server.HandleAsync(context, view));
        await server._app.StartAsync(ct);
        return server;
    }

    /// <summary>Cuts all clients off and closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            Args = [],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestBody;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        return builder.Build();
    }

    private async Task HandleAsync(HttpContext context, PortView view)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
            await RpcConnection.ServeAsync(socket, view, ended.Token);
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            await context.Response.WriteAsync($"{SystemMethods.ChainName}: JSON-RPC by WebSocket or POST.");
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.ContentType = "application/json";
        var answer = RpcDispatcher.Answer(body.ToArray(), view, subscriptions: null);
        await context.Response.WriteAsync(answer?.ToJsonString() ?? "", Encoding.UTF8, context.RequestAborted);
    }
}
