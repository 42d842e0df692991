using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Router.Forwarding;

/// <summary>The request an attempt hands to the forwarder: only our method, none of the caller's headers, and a
/// response nobody receives. What the forwarder does to it (status, headers, clearing) cannot reach the caller, and a
/// later attempt may follow although a keep-alive has already started the caller's response.</summary>
internal sealed class AttemptContext
{
    // One for each of the features below.
    private const int Features = 4;

    internal AttemptContext(Uri target, UpstreamContent content, CancellationToken callerGone)
    {
        Content = content;
        Target = target;
        var features = new FeatureCollection(Features);
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.Post,
            Protocol = HttpProtocol.Http11,
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = callerGone });
        Http = new DefaultHttpContext(features);
    }

    internal DefaultHttpContext Http { get; }

    internal Uri Target { get; }

    /// <summary>The body to send, which the forwarder itself never sees.</summary>
    internal UpstreamContent Content { get; }
}
