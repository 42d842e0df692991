using System.Net;

namespace Gateway.Router.Forwarding;

/// <summary>The body an upstream gets, written in one piece, so that head and body of a short request leave
/// together.</summary>
/// <param name="body">Must stay unchanged until <see cref="EndAsync"/> returns.</param>
/// <param name="stopped">Calls off what is left of it.</param>
internal sealed class UpstreamContent(ReadOnlyMemory<byte> body, CancellationToken stopped) : HttpContent
{
    private Task? _sending;

    internal ReadOnlyMemory<byte> Body => body;

    /// <summary>Whether sending began and did not end well.</summary>
    internal bool IsUnderWay => _sending is { IsCompletedSuccessfully: false };

    /// <summary>Returns when nobody reads the body any more. An upstream may answer before it took all of it: on HTTP/2
    /// the rest then goes on being sent until it is called off.</summary>
    internal async ValueTask EndAsync()
    {
        if (_sending is { IsCompleted: false } sending)
        {
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _sending = cancellationToken == stopped
            ? stream.WriteAsync(body, cancellationToken).AsTask()
            : SendAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }

    private async Task SendAsync(Stream stream, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopped);
        await stream.WriteAsync(body, either.Token);
    }
}
