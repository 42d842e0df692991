using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.Egress;
using Gateway.Api.OpenAi;
using Gateway.Api.Tasks.Media;

namespace Gateway.Api.Chat;

/// <summary>Fetches images that a chat names by address and puts them into the request as data: an expert is never made
/// to fetch, and all see the same picture.</summary>
internal sealed class ImageFetcher(EgressClient egress, BodyBudget budget)
{
    private const int AtOnce = 4;

    // Together not more than a body may hold of them as data: four letters of base64 are three bytes.
    private const int MostBytes = ChatEndpoint.MaxBody / 4 * 3;

    /// <summary>The same order with data in the place of addresses; null when there are none.</summary>
    /// <exception cref="RefusedException">400 <c>invalid_image_url</c>; 503 when too many bodies are in
    /// flight.</exception>
    public async Task<ChatOrder?> FetchAsync(ChatOrder order, CancellationToken ct)
    {
        if (order.Chat.Prompt.RemoteImages == 0)
        {
            return null;
        }

        var places = Find(order.Body);
        var images = await FetchAllAsync(places, ct);
        var body = Splice(order.Body, places, images);
        var prompt = order.Chat.Prompt;
        var chat = order.Chat with
        {
            // What the body grew by is image.
            Prompt = prompt with { ImageBytes = prompt.ImageBytes + body.Length - order.Body.Length },
        };
        return ChatOrder.Translated(chat, body, order.Printer, budget);
    }

    private async Task<Image[]> FetchAllAsync(List<Place> places, CancellationToken ct)
    {
        var images = new Image[places.Count];
        var left = MostBytes;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForAsync(0, places.Count, options, async (number, stopped) =>
        {
            var image = await FetchOneAsync(places[number], stopped);
            if (Interlocked.Add(ref left, -image.File.Length) < 0)
            {
                throw Invalid(places[number].Path, $"makes more than {MostBytes} bytes of images with the others");
            }

            images[number] = image;
        });
        return images;
    }

    private async Task<Image> FetchOneAsync(Place place, CancellationToken ct)
    {
        if (!Uri.TryCreate(place.Address, UriKind.Absolute, out var address) || !egress.Admits(address))
        {
            throw Invalid(place.Path, "must be a data URL, or an https address without a password");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("image/*");
        try
        {
            var answer = await egress.SendAsync(request, MediaReader.MaxImageBytes, ct);
            return answer.Status == StatusCodes.Status200OK
                ? Checked(answer.Body, place.Path)
                : throw Invalid(place.Path, "did not answer 200; redirects are not followed");
        }
        catch (EgressException problem)
        {
            throw Invalid(place.Path, $"could not be fetched: {problem.Message}");
        }
    }

    // What it is, its first bytes say, and not its sender.
    private static Image Checked(byte[] file, string path)
    {
        if (!ImageFacts.TryRead(file, out var facts))
        {
            throw Invalid(path, "is no png, jpeg, webp or gif");
        }

        return facts.Pixels <= ImageFacts.MaxPixels
            ? new(facts.MediaType, file)
            : throw Invalid(path, $"has more than {ImageFacts.MaxPixels} pixels");
    }

    private static byte[] Splice(ReadOnlyMemory<byte> body, List<Place> places, Image[] images)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + (images.Sum(static image => image.File.Length) / 3 * 4));
        var from = 0;
        foreach (var (place, image) in places.Zip(images))
        {
            output.Write(body.Span[from..place.Start]);
            output.Write(Encoding.ASCII.GetBytes(
                $"\"data:{image.MediaType};base64,{Convert.ToBase64String(image.File)}\""));
            from = place.Start + place.Length;
        }

        output.Write(body.Span[from..]);
        return output.WrittenSpan.ToArray();
    }

    // The body was checked when it was read, so that every part has a type and every image a url.
    private static List<Place> Find(ReadOnlyMemory<byte> body)
    {
        var places = new List<Place>();
        using var document = JsonDocument.Parse(body);
        foreach (var (turn, message) in document.RootElement.GetProperty("messages"u8).EnumerateArray().Index())
        {
            if (!message.TryGetProperty("content"u8, out var content) || content.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var (number, part) in content.EnumerateArray().Index())
            {
                if (part.GetProperty("type"u8).ValueEquals("image_url"u8)
                    && part.GetProperty("image_url"u8) is var image && MediaReader.IsRemote(image))
                {
                    places.Add(PlaceOf(body, image.GetProperty("url"u8), $"messages[{turn}].content[{number}]"));
                }
            }
        }

        return places;
    }

    private static Place PlaceOf(ReadOnlyMemory<byte> body, JsonElement url, string path)
    {
        // The document reads the body itself, so a value's raw bytes are a piece of it.
        var raw = JsonMarshal.GetRawUtf8Value(url);
        return body.Span.Overlaps(raw, out var start)
            ? new(start, raw.Length, url.GetString()!, path)
            : throw new InvalidOperationException("The document does not read the body.");
    }

    private static RefusedException Invalid(string path, string what) => MediaReader.InvalidImage(path, what);

    /// <summary>A file, and what it is by its own bytes.</summary>
    private sealed record Image(string MediaType, byte[] File);

    /// <summary>Where in the body an address stands, with its quotes.</summary>
    private readonly record struct Place(int Start, int Length, string Address, string Path);
}
