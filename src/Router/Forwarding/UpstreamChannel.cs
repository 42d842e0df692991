using System.Net;
using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Router.Forwarding;

/// <summary>The one way out to upstreams: YARP's forwarder over connections that do nothing on their own.</summary>
internal sealed class UpstreamChannel(IHttpForwarder forwarder, IRequestSigner signer) : IDisposable
{
    // Longer than any deadline of ours, so that the forwarder's own timer never cuts a stream.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromHours(1) };

    private readonly HttpMessageInvoker _invoker = new(new ContentHandler(CreateHandler()));

    // By address as an object: a snapshot keeps its addresses for all its requests, and takes them along when it goes.
    private readonly ConditionalWeakTable<Uri, Uri> _targets = [];

    internal IRequestSigner Signer => signer;

    public void Dispose() => _invoker.Dispose();

    /// <summary>Where an upstream takes chat requests.</summary>
    internal Uri Target(Upstream upstream) => _targets.GetValue(upstream.Address, static address =>
    {
        var slash = address.AbsoluteUri.EndsWith('/') ? "" : "/";
        return new(address.AbsoluteUri + slash + "chat/completions");
    });

    internal ValueTask<ForwarderError> SendAsync(
        AttemptContext context, HttpTransformer transformer, CancellationToken ct) =>
        forwarder.SendAsync(context.Http, context.Target.AbsoluteUri, _invoker, Config, transformer, ct);

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
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
