using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using Gateway.Api.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Gateway.Api.OpenAi;

/// <summary>A request body in memory from the pool, read once, bounded per request and over all requests in
/// flight.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstRent = 16 * 1024;

    // 25 MB in a minute is 3.5 Mbit/s; slower ones would hold memory that others wait for.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly BodyBudget _budget;
    private byte[] _buffer;
    private int _length;
    private long _taken;

    private RequestBody(BodyBudget budget)
    {
        _budget = budget;
        budget.Take(FirstRent);
        _taken = FirstRent;
        _buffer = ArrayPool<byte>.Shared.Rent(FirstRent);
    }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads the whole body of a JSON request, or of a form where the route takes one.</summary>
    /// <exception cref="RefusedException">Other media type (415), longer than <paramref name="limit"/> bytes (413),
    /// sent too slowly (408) or too many bodies in flight (503).</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, BodyBudget budget, int limit)
    {
        // Whoever had to see the body before the endpoint left it here.
        if (request.HttpContext.Features.Get<RequestBody>() is { } read)
        {
            return read;
        }

        RefuseOtherMedia(request);
        if (request.ContentLength > limit)
        {
            throw new RefusedException(OpenAiError.TooLarge(limit));
        }

        // What is announced is not yet here: only bytes that came may take from what all requests share.
        var body = new RequestBody(budget);
        try
        {
            await body.FillAsync(request, limit);
            CallFacts.Of(request.HttpContext)?.BytesIn = body._length;
            return body;
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            // A chunk's length beyond 64 bits is the sender's fault; the server tells it as if the line had failed.
            body.Dispose();
            throw new BadHttpRequestException("The request's body cannot be read.", broken);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, of an endpoint that may take no body at all.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "It is the caller's, who disposes it.")]
    public static async Task<RequestBody> ReadAnyAsync(HttpRequest request, BodyBudget budget, int limit) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? new(budget)
            : await ReadAsync(request, budget, limit);

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            _budget.Return(_taken);

            // The next renter must not see a prompt.
            buffer.AsSpan(0, _length).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void RefuseOtherMedia(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(OpenAiError.MediaType("Send the body without content-encoding."));
        }

        if (FormMetadata.IsOf(request))
        {
            RequireForm(request);
        }
        else if (!request.HasJsonContentType() || !IsUtf8(request))
        {
            throw new RefusedException(OpenAiError.MediaType(
                "Send JSON in UTF-8 with the header content-type: application/json."));
        }
    }

    private static void RequireForm(HttpRequest request)
    {
        if (!MultipartForm.Is(request.ContentType))
        {
            throw new RefusedException(OpenAiError.MediaType(
                $"Send a form with the header content-type: {MultipartForm.MediaType}; boundary=..."));
        }
    }

    // RFC 8259 section 8.1 leaves no other; most requests name none.
    private static bool IsUtf8(HttpRequest request) =>
        request.ContentType is "application/json"
        || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && (!type.Charset.HasValue || type.Encoding?.CodePage == Encoding.UTF8.CodePage));

    private async ValueTask FillAsync(HttpRequest request, int limit)
    {
        // A short body came with its headers: then there is nothing to wait for.
        var reader = request.BodyReader;
        while (reader.TryRead(out var result))
        {
            if (Take(reader, result, limit))
            {
                return;
            }
        }

        await WaitAsync(request, limit);
    }

    private async Task WaitAsync(HttpRequest request, int limit)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        patience.CancelAfter(Deadline);
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            while (!Take(request.BodyReader, await request.BodyReader.ReadAsync(patience.Token), limit))
            {
                // Read on.
            }
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            throw new RefusedException(OpenAiError.TooSlow());
        }
        finally
        {
            CallFacts.Of(request.HttpContext)?.BodyWait += TimeProvider.System.GetTimestamp() - began;
        }
    }

    // True: that was all.
    private bool Take(PipeReader reader, ReadResult result, int limit)
    {
        try
        {
            foreach (var segment in result.Buffer)
            {
                Append(segment.Span, limit);
            }
        }
        finally
        {
            // Also of a body that is refused: the server reads on from here to keep the connection.
            reader.AdvanceTo(result.Buffer.End);
        }

        return result.IsCompleted;
    }

    private void Append(ReadOnlySpan<byte> bytes, int limit)
    {
        if (_length + bytes.Length > limit)
        {
            throw new RefusedException(OpenAiError.TooLarge(limit));
        }

        while (_buffer.Length - _length < bytes.Length)
        {
            Grow();
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Grow()
    {
        var size = _buffer.Length * 2;
        _budget.Take(size - _taken);
        _taken = size;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        _buffer.AsSpan(0, _length).Clear();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
