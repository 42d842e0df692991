using Gateway.Api.Access;
using Microsoft.Extensions.Caching.Memory;

namespace Gateway.Api.Portal;

/// <summary>A part of a page as it could be read: with its value, with an older one, or without any.</summary>
/// <param name="Value">What was read.</param>
/// <param name="Age">How old it is; null: read just now.</param>
/// <param name="HasFailed">Whether there is no value; the other parts of the page stay.</param>
internal sealed record Part<T>(T? Value, TimeSpan? Age, bool HasFailed)
    where T : class;

/// <summary>Parts before they are read.</summary>
internal static class Part
{
    /// <summary>What stands for a part until it is read; a page is sent after that.</summary>
    public static Part<T> Waiting<T>()
        where T : class => new(null, null, HasFailed: false);
}

/// <summary>Reads the parts of pages. One that is slow keeps its last value, with its age, and no page waits for it.
/// </summary>
internal sealed partial class PartReader(TimeProvider time, ILogger<PartReader> logger) : IDisposable
{
    private const int MostKept = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Keeping = TimeSpan.FromHours(1);

    private readonly MemoryCache _last = new(new MemoryCacheOptions { SizeLimit = MostKept });

    /// <summary>Reads a part.</summary>
    /// <param name="frame">The page.</param>
    /// <param name="name">Names the part among all of the organisation's; each reach and each language has its
    /// own.</param>
    /// <param name="read">Reads it.</param>
    public async Task<Part<T>> ReadAsync<T>(PageFrame frame, string name, Func<CancellationToken, Task<T>> read)
        where T : class
    {
        // What a part holds may be cut to its reader's reach and written in his language: it stays among his like.
        var key = (frame.Visitor?.OrganizationId, ReachOf(frame), frame.W.Language, name);
        var reading = Task.Run(() => read(CancellationToken.None), CancellationToken.None);
        try
        {
            return await Fresh(reading.WaitAsync(Patience, time, CancellationToken.None));
        }
        catch (TimeoutException) when (_last.TryGetValue<Kept<T>>(key, out var kept))
        {
            return new(kept!.Value, time.GetUtcNow() - kept.At, HasFailed: false);
        }
        catch (TimeoutException)
        {
            // Nothing older to show: now it is worth a wait.
        }
#pragma warning disable CA1031 // A part that fails is shown as failed, whatever the reason.
        catch (Exception failure)
        {
            return Failed(failure);
        }

        try
        {
            return await Fresh(reading.WaitAsync(LastPatience, time, CancellationToken.None));
        }
        catch (Exception failure)
        {
            return Failed(failure);
        }
#pragma warning restore CA1031

        async Task<Part<T>> Fresh(Task<T> task)
        {
            var value = await task;
            _last.Set(key, new Kept<T>(value, time.GetUtcNow()), new MemoryCacheEntryOptions
            {
                Size = 1,
                AbsoluteExpirationRelativeToNow = Keeping,
            });
            return new(value, null, HasFailed: false);
        }

        Part<T> Failed(Exception failure)
        {
            Log.Failed(logger, name, frame.RequestId, failure.GetBaseException().GetType().Name);
            return new(null, null, HasFailed: true);
        }
    }

    private static string ReachOf(PageFrame frame) =>
        frame.Visitor is null ? "" : string.Join(',', Enum.GetValues<Act>().Select(act => (int)frame.May(act)));

    public void Dispose() => _last.Dispose();

    private sealed record Kept<T>(T Value, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(5801, LogLevel.Warning, "The part {Part} of the page of request {RequestId} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string part, string requestId, string failure);
    }
}
