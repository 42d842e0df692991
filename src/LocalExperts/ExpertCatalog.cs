namespace Gateway.LocalExperts;

/// <summary>The models that this process itself can run. No model ships yet, so it is empty; ONNX experts will be
/// listed here when their files are present and have passed their own check.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ExpertCatalog
{
    /// <summary>The experts that are loaded and can answer now.</summary>
    public IReadOnlyList<LocalExpert> Loaded { get; } = [];
}
