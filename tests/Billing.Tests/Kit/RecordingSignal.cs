using System.Collections.Concurrent;
using Gateway.Core;

namespace Gateway.Billing.Tests.Kit;

/// <summary>Messages between replicas: kept, and acted on as the test says; nobody waits for it.</summary>
internal sealed class RecordingSignal : IRecallSignal
{
    private readonly ConcurrentQueue<OrgId> _asked = new();

    internal IEnumerable<OrgId> Asked => _asked;

    /// <summary>What the others do when they hear it; nothing: the message is lost.</summary>
    internal Func<OrgId, Task> Heard { get; set; } = static _ => Task.CompletedTask;

    public void Ask(OrgId org)
    {
        _asked.Enqueue(org);
        _ = Heard(org);
    }
}
