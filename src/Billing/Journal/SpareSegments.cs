using System.Collections.Concurrent;

namespace Gateway.Billing;

/// <summary>Segments made before they are needed, so that the writer waits for no allocation and a full disk is noticed
/// while there is still room for what is in flight.</summary>
internal sealed class SpareSegments(IJournalDisk disk, JournalOptions options)
{
    private readonly ConcurrentQueue<long> _spares = new();
    private readonly Lock _creating = new();
    private long _last;
    private volatile bool _isShort;

    /// <summary>Whether the last wish for a spare was granted.</summary>
    internal bool HasRoom => !_isShort;

    /// <summary>Makes the spares that are missing; a full disk is no error yet, only <see cref="HasRoom"/> turns
    /// false until a later call succeeds.</summary>
    internal void Prepare()
    {
        try
        {
            while (_spares.Count < options.SpareSegments)
            {
                // Inside the lock, so that a writer that waits for it finds the segment and numbers are used in order.
                lock (_creating)
                {
                    _spares.Enqueue(Create());
                }
            }

            _isShort = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isShort = true;
        }
    }

    /// <summary>The next segment, in the order of their numbers.</summary>
    /// <exception cref="IOException">There is no spare and none can be made.</exception>
    internal long Take()
    {
        if (_spares.TryDequeue(out var spare))
        {
            return spare;
        }

        lock (_creating)
        {
            return _spares.TryDequeue(out spare) ? spare : Create();
        }
    }

    private long Create()
    {
        disk.Create(_last + 1, options.SegmentLength);
        return ++_last;
    }
}
