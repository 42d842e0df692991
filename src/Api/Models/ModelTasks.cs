using Gateway.Router;

namespace Gateway.Api.Models;

/// <summary>What models are for, in words of settings and of the API.</summary>
internal static class ModelTasks
{
    public const string Chat = "chat";

    /// <summary>All of them, for people.</summary>
    public static string Allowed { get; } = string.Join(", ", Enum.GetValues<ModelTask>().Select(NameOf));

    public static string NameOf(ModelTask task) => task switch
    {
        ModelTask.Chat => Chat,
        ModelTask.Embeddings => "embeddings",
        ModelTask.Rerank => "rerank",
        ModelTask.Moderation => "moderation",
        ModelTask.Transcription => "transcription",
        ModelTask.Speech => "speech",
        ModelTask.Images => "images",
        ModelTask.Forecast => "forecast",
        ModelTask.Music => "music",
    };

    public static bool TryParse(string text, out ModelTask task)
    {
        var found = Array.FindIndex(Enum.GetValues<ModelTask>(), one => NameOf(one) == text);
        task = (ModelTask)Math.Max(found, 0);
        return found >= 0;
    }
}
