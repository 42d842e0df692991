using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenAi;
using Gateway.Api.OpenApi;
using Gateway.Api.Tasks;
using Gateway.Api.Tasks.Forms;

namespace Gateway.Api.Hosting;

/// <summary>The routes of endpoints that are no chat.</summary>
internal static class TaskRoutes
{
    private const string Texts = "text/plain text/vtt";
    private const string Sounds = "audio/mpeg audio/ogg audio/aac audio/flac audio/wav audio/pcm";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapPost(routes, EmbeddingsShape.Instance)
            .Describes("Embeds texts", "EmbeddingList", "EmbeddingRequest");
        MapPost(routes, RerankShape.Instance)
            .Describes("Orders documents by a query", "RerankList", "RerankRequest");
        MapPost(routes, ModerationsShape.Instance)
            .Describes("Says what in texts and images is harmful", "ModerationList", "ModerationRequest");
        MapSound(routes);
        MapPost(routes, ImagesShape.Instance).Describes("Draws images", "ImageList", "ImageRequest");
        MapForm(routes, ImageEditsShape.Instance)
            .Describes(new Described(
                "Edits images", "ImageList", "ImageEditRequest", BodyMedia: MultipartForm.MediaType));
        MapPost(routes, ForecastsShape.Instance)
            .Describes("Continues series of numbers", "ForecastList", "ForecastRequest");
    }

    private static void MapSound(IEndpointRouteBuilder routes)
    {
        var transcribes = new Described(
            "Writes down what is said", "Transcript", "TranscriptionRequest", Frame: "TranscriptEvent", Media: Texts,
            BodyMedia: MultipartForm.MediaType);
        MapForm(routes, TranscriptionShape.Transcriptions).Describes(transcribes);
        MapForm(routes, TranscriptionShape.Translations).Describes(transcribes with
        {
            Summary = "Writes down in English what is said",
            Body = "TranslationRequest",
            Frame = null,
        });
        MapPost(routes, SpeechShape.Instance).Describes(
            new Described("Reads a text aloud", null, "SpeechRequest", Frame: "SpeechEvent", Media: Sounds));
        MapPost(routes, MusicShape.Instance).Describes(
            new Described("Makes music", null, "MusicRequest", Media: Sounds));
    }

    private static IEndpointConventionBuilder MapForm(IEndpointRouteBuilder routes, IChatShape shape) =>
        MapPost(routes, shape).WithMetadata(FormMetadata.Instance);

    private static IEndpointConventionBuilder MapPost(IEndpointRouteBuilder routes, IChatShape shape)
    {
        var pipeline = routes.ServiceProvider.GetRequiredService<ChatEndpoint>();
        return routes.MapKeptPost(
                shape.Path, context => pipeline.HandleAsync(context, shape), shape.MaxBody, KeepWhen.Charged)
            .Requires(AccessRule.Inference);
    }
}
