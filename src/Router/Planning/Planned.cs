using Gateway.Core;

namespace Gateway.Router;

/// <summary>What planning a request came to.</summary>
public abstract record Planned
{
    private Planned()
    {
    }

    /// <summary>There is an expert.</summary>
    /// <param name="Plan">Whom to try, in order.</param>
    public sealed record Route(RoutePlan Plan) : Planned;

    /// <summary>Nobody serves that model.</summary>
    /// <param name="Available">The models on offer, by name.</param>
    public sealed record UnknownModel(IReadOnlyList<ModelId> Available) : Planned;

    /// <summary>A wish names somebody who does not exist, so that it would mean something else than was
    /// meant.</summary>
    /// <param name="Name">Not an expert's name, nor formed like a subnet or a hotkey: those come and go.</param>
    /// <param name="IsExcluded">Whether it stands among the excluded, and not among the only ones.</param>
    public sealed record UnknownExpert(string Name, bool IsExcluded) : Planned;

    /// <summary>No expert of the model has the voice.</summary>
    /// <param name="Available">Those that there are, by name.</param>
    public sealed record UnknownVoice(IReadOnlyList<string> Available) : Planned;

    /// <summary>The model is served, but by no expert that may be asked now.</summary>
    /// <param name="RejectedByReason">How many experts each reason turned away: <c>model</c>, <c>forbidden</c> (a
    /// model that may not answer), <c>only</c>, <c>excluded</c>, <c>privacy</c>, <c>price_cap</c>, <c>voice</c>,
    /// <c>tools</c>, <c>modality</c>, <c>feature</c>, <c>context</c>, <c>deadline</c>, <c>breaker</c>,
    /// <c>capacity</c>, <c>masked</c> (a figure of its is not a number).</param>
    public sealed record NoExpert(IReadOnlyDictionary<string, int> RejectedByReason) : Planned;

    /// <summary>Every expert that may be asked lacks something the request needs.</summary>
    /// <param name="Missing">What is lacking.</param>
    public sealed record Unsupported(Features Missing) : Planned
    {
        /// <summary>The models of which some expert has it, by name.</summary>
        public IReadOnlyList<ModelId> Able { get; init; } = [];
    }
}
