using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Router.Forwarding;

/// <summary>The request an attempt hands to the forwarder: only our method and body, none of the caller's headers, and
/// a response nobody receives. What the forwarder does to it (status, headers, clearing) cannot reach the caller, and a
/// later attempt may follow although a keep-alive has already started the caller's response.</summary>
internal sealed class AttemptContext
{
    internal AttemptContext(Uri target, ReadOnlyMemory<byte> body, CancellationToken callerGone)
    {
        Body = body;
        Target = target;
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.Post,
            Protocol = HttpProtocol.Http11,
            Body = new BodyStream(body),
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = callerGone });
        Http = new DefaultHttpContext(features);
        Http.Request.ContentLength = body.Length;
    }

    internal DefaultHttpContext Http { get; }

    internal Uri Target { get; }

    /// <summary>Whether the request's body is being sent.</summary>
    internal bool IsUploading => ((BodyStream)Http.Request.Body).IsUnderWay;

    internal ReadOnlyMemory<byte> Body { get; }
}
