using System.Net;
using System.Runtime.CompilerServices;

namespace Gateway.Router.Forwarding;

/// <summary>The one way out to upstreams: connections that do nothing on their own.</summary>
internal sealed class UpstreamChannel(
    IRequestSigner signer, IDialGuard? guard = null, IUpstreamTongue? tongue = null) : IDisposable
{
    private readonly HttpMessageInvoker _connections = new(CreateHandler(guard));

    // By address as an object: a snapshot keeps its addresses for all its requests, and takes them along when it goes.
    private readonly ConditionalWeakTable<Uri, Uri> _targets = [];

    public void Dispose() => _connections.Dispose();

    /// <summary>Where an upstream takes a request: chat, a gap to fill, or a task.</summary>
    internal Uri Target(Upstream upstream, ChatDispatch chat) => chat switch
    {
        { Task: { } task } => Below(upstream.Address, task.Path),
        { Rules.FillsIn: true } => Below(upstream.Address, "completions"),
        _ => _targets.GetValue(upstream.Address, static address => Below(address, "chat/completions")),
    };

    /// <summary>Adds what the upstream's dialect wants, unless it is spoken to in another tongue.</summary>
    internal void Sign(Upstream upstream, HttpRequestMessage request, ReadOnlySpan<byte> body)
    {
        if (tongue?.Speaks(upstream) != true)
        {
            signer.Sign(upstream, request, body);
        }
    }

    /// <summary>Sends a request; gives the answer's head as soon as it is here.</summary>
    internal Task<HttpResponseMessage> SendAsync(
        Upstream upstream, HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken ct) =>
        tongue?.Speaks(upstream) == true
            ? tongue.SendAsync(upstream, request, body, _connections, ct)
            : _connections.SendAsync(request, ct);

    private static Uri Below(Uri address, string path)
    {
        var slash = address.AbsoluteUri.EndsWith('/') ? "" : "/";
        return new(address.AbsoluteUri + slash + path);
    }

    private static SocketsHttpHandler CreateHandler(IDialGuard? guard) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectCallback = guard is null ? null : new GuardedDial(guard).ConnectAsync,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        // In KiB.
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        EnableMultipleHttp2Connections = true,
        MaxConnectionsPerServer = 4096,
        // Enough to find the end of a finished answer and reuse its connection; an upstream that goes on is cut off.
        MaxResponseDrainSize = 16 * 1024,
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
    };
}
