using Gateway.Api.Tasks;
using Gateway.Api.Tasks.Forms;
using Gateway.Router;

namespace Gateway.Api.Portal.Playground;

/// <summary>A way to ask in the playground: an endpoint of the API, with the fields that its form has.</summary>
/// <param name="Name">In addresses, and the stem of its texts.</param>
/// <param name="Task">What a model must be for; without such a model the mode is not offered.</param>
/// <param name="Path">The endpoint, below <c>/v1</c>.</param>
internal sealed record PlaygroundMode(string Name, ModelTask Task, string Path)
{
    /// <summary>What a visitor sees who names no other.</summary>
    public const string Usual = "chat";

    /// <summary>The one that asks several at once.</summary>
    public const string Compare = "compare";

    private const string V1 = "/v1";

    /// <summary>All of them, in the order that they are offered in.</summary>
    public static IReadOnlyList<PlaygroundMode> All { get; } =
    [
        new(Usual, ModelTask.Chat, "/chat/completions"),
        new(Compare, ModelTask.Chat, "/chat/completions"),
        new("responses", ModelTask.Chat, "/responses"),
        new("embeddings", ModelTask.Embeddings, EmbeddingsShape.ThePath[V1.Length..]),
        new("rerank", ModelTask.Rerank, RerankShape.ThePath[V1.Length..]),
        new("moderation", ModelTask.Moderation, ModerationsShape.ThePath[V1.Length..]),
        new("image", ModelTask.Images, ImagesShape.ThePath[V1.Length..]),
        new("speech", ModelTask.Speech, SpeechShape.ThePath[V1.Length..]),
        new("transcription", ModelTask.Transcription, TranscriptionShape.Transcriptions.Path[V1.Length..]),
        new("translation", ModelTask.Transcription, TranscriptionShape.Translations.Path[V1.Length..]),
        new("forecast", ModelTask.Forecast, ForecastsShape.ThePath[V1.Length..]),
    ];

    /// <summary>Whether it converses, in whatever words.</summary>
    public bool IsChat => Task == ModelTask.Chat;

    /// <summary>Whether a file is what it is about; it is then sent as a form.</summary>
    public bool IsForm => Task == ModelTask.Transcription;

    /// <summary>Whether the answer comes piece by piece to who has scripts.</summary>
    public bool Streams => IsChat;

    /// <summary>The modes that somebody serves now.</summary>
    public static IReadOnlyList<PlaygroundMode> Offered(RouteBoard board)
    {
        var tasks = board.Models.Select(model => model.Task).ToHashSet();
        return [.. All.Where(mode => tasks.Contains(mode.Task))];
    }

    /// <summary>The mode of a name among those that are served now; the first of them for any other name; null when
    /// nothing is served.</summary>
    public static PlaygroundMode? Find(RouteBoard board, string name)
    {
        var offered = Offered(board);
        return offered.FirstOrDefault(mode => mode.Name == name) ?? (offered.Count > 0 ? offered[0] : null);
    }
}
