using Gateway.Core;

namespace Gateway.Router.Forwarding;

/// <summary>The part of an answer that waits until it is settled.</summary>
internal abstract class AnswerEnd : IDisposable
{
    public abstract void Dispose();

    /// <summary>All of it, where it is an answer in one piece and completed.</summary>
    internal ReadOnlyMemory<byte> Whole { get; private protected set; }

    /// <summary>Completes it with its price; gives the answer's commitment.</summary>
    internal abstract byte[] Seal(Charge charge);

    /// <summary>Sends it to a caller being watched.</summary>
    internal abstract ValueTask SendAsync(CallerWatch watch, CancellationToken ct);
}
