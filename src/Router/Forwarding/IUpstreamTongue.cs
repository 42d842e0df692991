namespace Gateway.Router;

/// <summary>Speaks for upstreams whose API is not OpenAI's. Implemented by the host; without it all are taken to speak
/// that one.</summary>
public interface IUpstreamTongue
{
    /// <summary>Whether requests to this upstream go through here, and not through <see cref="IRequestSigner"/>.
    /// </summary>
    public bool Speaks(Upstream upstream);

    /// <summary>Says a request in the upstream's own way, and gives its answer as OpenAI's API would: the head as soon
    /// as it is here, a stream as server-sent events. A refusal is given back with its own status.</summary>
    /// <param name="upstream">Who is asked.</param>
    /// <param name="request">As OpenAI's API has it, unsigned; it is not sent itself.</param>
    /// <param name="body">Its body.</param>
    /// <param name="way">The only way out: it asks the guard of addresses.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="HttpRequestException">No answer came, or the request cannot be said so.</exception>
    public Task<HttpResponseMessage> SendAsync(
        Upstream upstream,
        HttpRequestMessage request,
        ReadOnlyMemory<byte> body,
        HttpMessageInvoker way,
        CancellationToken ct);
}
