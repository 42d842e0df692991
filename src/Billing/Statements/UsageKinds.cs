namespace Gateway.Billing;

/// <summary>What kinds of endpoints usage is told apart by, as OpenAI's usage API names them; the last three are
/// ours.</summary>
public static class UsageKinds
{
    /// <summary>All that is chat, in whatever shape.</summary>
    public const string Completions = "completions";

    /// <summary>Vectors of texts.</summary>
    public const string Embeddings = "embeddings";

    /// <summary>What is harmful.</summary>
    public const string Moderations = "moderations";

    /// <summary>Images drawn and edited.</summary>
    public const string Images = "images";

    /// <summary>Texts read aloud.</summary>
    public const string AudioSpeeches = "audio_speeches";

    /// <summary>Sounds written down, translated or not.</summary>
    public const string AudioTranscriptions = "audio_transcriptions";

    /// <summary>Documents put in order.</summary>
    public const string Reranks = "reranks";

    /// <summary>Series continued.</summary>
    public const string Forecasts = "forecasts";

    /// <summary>Music made.</summary>
    public const string Music = "music";

    /// <summary>The kind of an endpoint.</summary>
    /// <param name="endpoint">Its path.</param>
    public static string Of(string endpoint) => endpoint switch
    {
        "/v1/embeddings" => Embeddings,
        "/v1/moderations" => Moderations,
        "/v1/images/generations" or "/v1/images/edits" => Images,
        "/v1/audio/speech" => AudioSpeeches,
        "/v1/audio/transcriptions" or "/v1/audio/translations" => AudioTranscriptions,
        "/v1/rerank" => Reranks,
        "/v1/forecasts" => Forecasts,
        "/v1/audio/music" => Music,
        _ => Completions,
    };
}
