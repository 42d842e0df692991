namespace Gateway.Router;

/// <summary>What a model is for. Only models for the same can stand in for each other.</summary>
public enum ModelTask
{
    /// <summary>Answers conversations.</summary>
    Chat,

    /// <summary>Turns texts into vectors.</summary>
    Embeddings,

    /// <summary>Orders documents by what they have to do with a query.</summary>
    Rerank,

    /// <summary>Says what in a text or an image is harmful.</summary>
    Moderation,

    /// <summary>Writes down what is said in a sound.</summary>
    Transcription,

    /// <summary>Reads a text aloud.</summary>
    Speech,

    /// <summary>Draws and edits images.</summary>
    Images,

    /// <summary>Continues series of numbers.</summary>
    Forecast,

    /// <summary>Makes music.</summary>
    Music,
}
