using Gateway.Core;

namespace Gateway.DevNet.Miners;

/// <summary>How a miner behaves.</summary>
internal enum MinerKind
{
    /// <summary>Answers as its models do, at once, and counts truly.</summary>
    Honest,

    /// <summary>Sends one of a few canned phrases, whatever was asked.</summary>
    Lazy,

    /// <summary>Honest where it answers, but refuses, resets or cuts about a third of the requests.</summary>
    Flaky,

    /// <summary>Honest, but the first token takes 1 to 2 s and the rest trickle.</summary>
    Slow,

    /// <summary>Answers with the small model under the large one's name and reports several times the tokens.</summary>
    Liar,

    /// <summary>Gives another miner's answers, errors included, as its own.</summary>
    Copycat,
}

/// <summary>One place in the network.</summary>
/// <param name="Uid">From 0.</param>
/// <param name="Kind">How it behaves.</param>
/// <param name="Models">What it claims to serve.</param>
/// <param name="AnswersOf">The uid whose answers it gives; its own but for a copycat.</param>
internal sealed record MinerProfile(int Uid, MinerKind Kind, IReadOnlyList<ModelId> Models, int AnswersOf)
{
    internal static ModelId Large { get; } = new("devnet-large");

    internal static ModelId Small { get; } = new("devnet-small");

    internal static ModelId Embed { get; } = new("devnet-embed");

    internal static ModelId Rerank { get; } = new("devnet-rerank");

    /// <summary>Those of its models that answer conversations.</summary>
    internal IReadOnlyList<ModelId> ChatModels { get; } =
        [.. Models.Where(model => model == Large || model == Small)];

    /// <summary>The network's miners, in the order of their uids.</summary>
    internal static IReadOnlyList<MinerProfile> Lineup { get; } =
    [
        new(0, MinerKind.Honest, [Large]),
        new(1, MinerKind.Honest, [Large, Small, Embed, Rerank]),
        new(2, MinerKind.Honest, [Small, Embed, Rerank]),
        new(3, MinerKind.Lazy, [Large]),
        new(4, MinerKind.Flaky, [Large, Small]),
        new(5, MinerKind.Slow, [Large]),
        new(6, MinerKind.Liar, [Large]),
        new(7, MinerKind.Copycat, [Small], AnswersOf: 2),
    ];

    internal MinerProfile(int uid, MinerKind kind, IReadOnlyList<ModelId> models)
        : this(uid, kind, models, uid)
    {
    }
}
