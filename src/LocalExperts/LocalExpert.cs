namespace Gateway.LocalExperts;

/// <summary>A model that runs in this process.</summary>
/// <param name="Id">Its name in the catalogue of models, such as <c>all-minilm-l6</c>.</param>
/// <param name="Quality"><c>real</c>, or <c>demo</c> for a model too small to be sold as its kind.</param>
/// <param name="Tasks">What it can do, such as <c>embeddings</c> or <c>chat</c>.</param>
public sealed record LocalExpert(string Id, string Quality, IReadOnlyList<string> Tasks);
