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
}
