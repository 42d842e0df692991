namespace Gateway.Billing;

/// <summary>One record of a journal with its place.</summary>
internal readonly record struct Numbered(long Seq, JournalEntry Entry);

/// <summary>A run of records to be applied in one transaction.</summary>
/// <param name="Incarnation">Whose journal.</param>
/// <param name="Node">Under which node to enter it should the books have lost it.</param>
/// <param name="From">The last record applied before; these follow without a gap.</param>
/// <param name="Records">At least one.</param>
internal sealed record PushOrder(string Incarnation, string Node, long From, IReadOnlyList<Numbered> Records)
{
    /// <summary>The last record of the run.</summary>
    internal long To => Records[^1].Seq;

    /// <summary>Whether the books went back in time and these were applied before: what a lease does not cover then is
    /// our loss and nobody's fault.</summary>
    internal bool IsReplay { get; init; }

    /// <summary>What happens to a record that cannot be applied.</summary>
    internal OnProblem Problems { get; init; }
}

/// <summary>What happens to a record that cannot be applied.</summary>
internal enum OnProblem
{
    /// <summary>The whole run is refused.</summary>
    Refuse,

    /// <summary>It is set aside and its organisation frozen.</summary>
    SetAside,

    /// <summary>As before, and it is not even tried: the store itself refused it.</summary>
    SetAsideUntried,
}

/// <summary>The answer to a push.</summary>
/// <param name="Seq">The last record applied now; less or more than expected: nothing of this run was applied.</param>
/// <param name="State">What the books think of the incarnation.</param>
/// <param name="Pressed">Organisations whose unused money should come back.</param>
/// <param name="Frozen">Organisations that are frozen.</param>
internal sealed record PushReply(
    long Seq, ReplicaState State, IReadOnlyList<string> Pressed, IReadOnlyList<string> Frozen)
{
    /// <summary>Whether the books lacked a move that they had made: they went back in time.</summary>
    internal bool WentBack { get; init; }

    /// <summary>This answer with what the ones before it told.</summary>
    internal PushReply After(PushReply? earlier) => earlier is null
        ? this
        : this with
        {
            Pressed = [.. Pressed, .. earlier.Pressed],
            Frozen = [.. Frozen, .. earlier.Frozen],
            WentBack = WentBack || earlier.WentBack,
        };
}
