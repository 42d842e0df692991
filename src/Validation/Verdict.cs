using Gateway.Core;

namespace Gateway.Validation;

/// <summary>A miner as the validator knows it. The registration block is part of it, because a uid and even a hotkey
/// can be registered anew by somebody else.</summary>
/// <param name="NetUid">Its subnet.</param>
/// <param name="Hotkey">Its key.</param>
/// <param name="RegisteredAt">The number of the block in which it was registered.</param>
public readonly record struct MinerIdentity(NetUid NetUid, Hotkey Hotkey, long RegisteredAt);

/// <summary>What one check of one answer found. Validation will write these from probes and re-checked answers, and the
/// Router will learn from them; nothing makes any yet.</summary>
/// <param name="Miner">Who answered.</param>
/// <param name="Model">The model it claimed.</param>
/// <param name="TaskKind">The kind of task, such as <c>arithmetic</c>.</param>
/// <param name="Y">How good the answer was, 0 to 1.</param>
/// <param name="Weight">How far the check is to be trusted, 0 to 1: 1 for a deterministic one.</param>
/// <param name="Evidence">SHA-256 of what was asked and answered; the texts themselves are not kept.</param>
/// <param name="CheckerVersion">Of the code that judged; verdicts of different versions are not compared.</param>
public sealed record Verdict(
    MinerIdentity Miner,
    ModelId Model,
    string TaskKind,
    double Y,
    double Weight,
    ReadOnlyMemory<byte> Evidence,
    int CheckerVersion);
