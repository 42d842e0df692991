using Gateway.Core;

namespace Gateway.Router;

/// <summary>Whether an answer comes from a real model.</summary>
public enum Quality
{
    /// <summary>A real model.</summary>
    Real,

    /// <summary>A simulated or demonstration model; every answer says so.</summary>
    Demo,
}

/// <summary>One expert serving one model: a miner, a configured server or a local model.</summary>
/// <param name="Name">Who it is: <c>sn4/5F..</c>, <c>static/name</c> or <c>local/id</c>. With the model it identifies
/// the upstream; its load and failures are kept under both.</param>
/// <param name="Model">The model, by its name in the catalogue; also the name sent upstream.</param>
/// <param name="Address">The base address, such as <c>http://127.0.0.1:9001/v1/</c>.</param>
/// <param name="Dialect">How calls are signed: <c>openai</c> or <c>epistula-v2</c>.</param>
/// <param name="Features">What it can do.</param>
/// <param name="Quality">Whether it is real.</param>
/// <param name="NetUid">Its subnet, for a miner.</param>
/// <param name="Uid">Its number in the subnet, for a miner.</param>
/// <param name="Hotkey">Its identity on the chain, for a miner.</param>
/// <param name="OutputTokensLimit">The most tokens it generates for one answer, above zero.</param>
/// <param name="ContextLength">The most tokens of prompt and answer together, above zero.</param>
public sealed record Upstream(
    string Name,
    ModelId Model,
    Uri Address,
    string Dialect,
    Features Features,
    Quality Quality,
    NetUid? NetUid = null,
    int? Uid = null,
    Hotkey? Hotkey = null,
    long OutputTokensLimit = 4096,
    long ContextLength = 8192)
{
    /// <summary>What its model is for.</summary>
    public ModelTask Task { get; init; }

    /// <summary>The voices it speaks with, where it speaks; empty: nobody has said.</summary>
    public IReadOnlyList<string> Voices { get; init; } = [];

    /// <summary>Who stands behind it: the coldkey's SS58 for a miner, or its network; null when nobody knows. Two
    /// upstreams of one operator fail, and lie, together.</summary>
    public string? Operator { get; init; }

    /// <summary>Its rank by incentive in its subnet, 0 (least) to 1 (most); null for an upstream that is no miner and
    /// where the chain's figures are stale.</summary>
    public double? IncentivePercentile { get; init; }

    /// <summary>The block its hotkey was registered at, for a miner. A miner is (subnet, hotkey, this block): what was
    /// learnt of another registration is not about this one.</summary>
    public long? RegisteredAt { get; init; }

    /// <summary>The only language its model knows, by its ISO 639-1 code; null when it knows several, or when nobody
    /// has said.</summary>
    public string? Language { get; init; }

    /// <summary>How private it says prompts stay with it.</summary>
    public Privacy Privacy { get; init; }

    /// <summary>Whether somebody has seen the proof of that.</summary>
    public bool IsPrivacyProven { get; init; }

    /// <summary>Whether it was found out, and is asked by nobody until it is released.</summary>
    public bool IsQuarantined { get; init; }
}

/// <summary>Everything that serves at one moment; immutable.</summary>
/// <param name="Version">Rises with every change.</param>
/// <param name="Upstreams">In any order; a pair of name and model occurs once.</param>
public sealed record UpstreamSnapshot(long Version, IReadOnlyList<Upstream> Upstreams)
{
    /// <summary>Whether requests may try experts that hardly anything is known of.</summary>
    public bool Explores { get; init; } = true;

    /// <summary>Whether a second attempt may be started beside one that is late.</summary>
    public bool Hedges { get; init; } = true;
}
