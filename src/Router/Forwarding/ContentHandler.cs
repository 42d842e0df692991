namespace Gateway.Router.Forwarding;

/// <summary>Gives a request its body just before it is sent: the forwarder takes no content from a transformer, and its
/// own would copy ours through a stream and send the head ahead of it (HttpForwarder.cs, CreateRequestMessageAsync, in
/// dotnet/yarp).</summary>
internal sealed class ContentHandler(HttpMessageHandler connections) : DelegatingHandler(connections)
{
    private static readonly HttpRequestOptionsKey<UpstreamContent> Key = new("content");

    internal static void Attach(HttpRequestMessage request, UpstreamContent content) =>
        request.Options.Set(Key, content);

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Content = request.Options.TryGetValue(Key, out var content) ? content : null;
        return base.SendAsync(request, cancellationToken);
    }
}
