using System.Collections.Concurrent;
using Gateway.Core;

namespace Gateway.Api.Access;

/// <summary>A number for each organisation that is another one after each change. No number comes twice.</summary>
internal sealed class ChangeMarks
{
    /// <summary>Organisations remembered by themselves; beyond it all get a new number, so that the memory cannot be
    /// filled up.</summary>
    public const int MaxKnown = 65_536;

    private readonly ConcurrentDictionary<OrgId, long> _last = new();
    private long _newest;
    private long _others;

    public long Of(OrgId org) => _last.TryGetValue(org, out var last) ? last : Volatile.Read(ref _others);

    public void Note(OrgId org)
    {
        if (_last.Count >= MaxKnown)
        {
            // First the number of who is not known, or an old one would be told once more.
            Volatile.Write(ref _others, Interlocked.Increment(ref _newest));
            _last.Clear();
        }

        _last[org] = Interlocked.Increment(ref _newest);
    }
}
