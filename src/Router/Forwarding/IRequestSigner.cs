namespace Gateway.Router;

/// <summary>Adds what an upstream's dialect wants beside the body. Implemented by the host.</summary>
public interface IRequestSigner
{
    /// <summary>Adds the dialect's headers for exactly the bytes that are sent.</summary>
    /// <param name="upstream">Who is called.</param>
    /// <param name="request">The request, complete but for what this adds.</param>
    /// <param name="body">The body as it goes over the wire.</param>
    public void Sign(Upstream upstream, HttpRequestMessage request, ReadOnlySpan<byte> body);
}
