namespace Gateway.Router.Forwarding;

/// <summary>How far each choice of an answer is, and how each ended.</summary>
internal sealed class ChoiceTable
{
    /// <summary>The most choices of one answer, the bits of a set below.</summary>
    internal const int MaxChoices = 128;

    private readonly FinishReason[] _reasons;
    private Sets _now;
    private Sets _before;

    /// <param name="count">How many choices were asked for; an answer has neither more nor fewer.</param>
    internal ChoiceTable(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxChoices);
        _reasons = new FinishReason[count];
    }

    internal int Count => _reasons.Length;

    internal bool AllFinished => _now.Finished == All;

    internal bool AnyFinished => _now.Finished != 0;

    internal bool AllBegun => _now.Begun == All;

    /// <summary>The reason of the first choice, once it ended.</summary>
    internal FinishReason First => _reasons[0];

    private UInt128 All => UInt128.MaxValue >> (MaxChoices - Count);

    /// <summary>Whether the answer may have a choice of this index.</summary>
    internal bool Admits(int index) => index < Count;

    internal bool IsFinished(int index) => (_now.Finished & Bit(index)) != 0;

    internal bool IsBegun(int index) => (_now.Begun & Bit(index)) != 0;

    internal FinishReason Reason(int index) => _reasons[index];

    /// <summary>Notes that the choice's first text is written, and with it the role.</summary>
    internal void Begin(int index) => _now = _now with { Begun = _now.Begun | Bit(index) };

    internal void Finish(int index, FinishReason reason)
    {
        _reasons[index] = reason;
        _now = _now with { Finished = _now.Finished | Bit(index) };
    }

    /// <summary>Starts a frame, so that it can be taken back.</summary>
    internal void Mark() => _before = _now;

    /// <summary>Whether the frame since <see cref="Mark"/> began or ended a choice.</summary>
    internal bool HasChanged => _now != _before;

    /// <summary>Takes the frame since <see cref="Mark"/> back: it was not sent.</summary>
    internal void Revert() => _now = _before;

    /// <summary>Ends every open choice as cut short.</summary>
    internal void CutOpen()
    {
        for (var i = 0; i < Count; i++)
        {
            if (!IsFinished(i))
            {
                Finish(i, FinishReason.Length);
            }
        }
    }

    private static UInt128 Bit(int index) => UInt128.One << index;

    private readonly record struct Sets(UInt128 Finished, UInt128 Begun);
}
