using System.Collections.Frozen;
using System.Globalization;
using Gateway.Core;

namespace Gateway.Api.Operators;

/// <summary>One thing that the operator has said, and holds.</summary>
/// <param name="Kind">One of <see cref="OperatorWord"/>'s.</param>
/// <param name="Subject">A miner as <c>4/5F...</c>, a subnet's number, or a feature's name.</param>
/// <param name="Person">Who said it.</param>
/// <param name="Because">Why.</param>
/// <param name="At">When.</param>
internal sealed record OperatorMark(string Kind, string Subject, string Person, string Because, DateTimeOffset At);

/// <summary>All that the operator has said against miners, subnets and features; immutable.</summary>
internal sealed class OperatorWord(IReadOnlyList<OperatorMark> marks)
{
    /// <summary>A miner is asked by nobody.</summary>
    public const string Quarantine = "quarantine";

    /// <summary>A subnet's miners are no upstreams.</summary>
    public const string SubnetOff = "subnet_off";

    /// <summary>A feature is not offered.</summary>
    public const string FeatureOff = "feature_off";

    private readonly FrozenDictionary<(string Kind, string Subject), OperatorMark> _marks =
        marks.ToFrozenDictionary(mark => (mark.Kind, mark.Subject));

    /// <summary>Nothing.</summary>
    public static OperatorWord None { get; } = new([]);

    /// <summary>Everything that holds, in the order of kind and subject.</summary>
    public IReadOnlyList<OperatorMark> Marks => marks;

    /// <summary>How a miner is named; a new registration of the same hotkey stays the same miner.</summary>
    public static string NameOf(NetUid netUid, Hotkey hotkey) => $"{NameOf(netUid)}/{hotkey.Ss58}";

    /// <summary>How a subnet is named.</summary>
    public static string NameOf(NetUid netUid) => netUid.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What was said of a subject; null: nothing.</summary>
    public OperatorMark? Find(string kind, string subject) => _marks.GetValueOrDefault((kind, subject));

    /// <summary>Whether a miner is in quarantine.</summary>
    public bool IsQuarantined(NetUid netUid, Hotkey hotkey) => Find(Quarantine, NameOf(netUid, hotkey)) is not null;

    /// <summary>Whether a subnet is switched off.</summary>
    public bool IsOff(NetUid netUid) => Find(SubnetOff, NameOf(netUid)) is not null;

    /// <summary>Whether a feature is switched off.</summary>
    public bool IsOff(string feature) => Find(FeatureOff, feature) is not null;
}
