using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>The journals of this node: a folder an incarnation, below <c>journal</c> in the data directory.</summary>
internal sealed class FileJournals : IJournals, IDisposable
{
    private const string Folder = "journal";
    private const string LockFile = "lock";

    private readonly string _root;
    private readonly JournalOptions _options;
    private readonly TimeSpan _keepFor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lazy<FileStream> _lock;

    /// <param name="dataDirectory">This node's own.</param>
    /// <param name="options">Of new journals.</param>
    /// <param name="keepFor">How long an applied journal stays: longer than the books can be set back by a
    /// backup.</param>
    /// <param name="time">Tells ages.</param>
    /// <param name="logger">Where a failed disk is told.</param>
    internal FileJournals(
        string dataDirectory, JournalOptions options, TimeSpan keepFor, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _root = Path.Combine(dataDirectory, Folder);
        _options = options;
        _keepFor = keepFor;
        _time = time;
        _lock = new(Lock);
    }

    public IReadOnlyList<string> Left()
    {
        _ = _lock.Value;
        return [.. Directory.EnumerateDirectories(_root).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
    }

    public IJournalDisk Open(string incarnation) => new FileJournalDisk(Path.Combine(_root, incarnation));

    [SuppressMessage("Reliability", "CA2000", Justification = "The handle disposes all of it.")]
    public JournalHandle Create(string incarnation)
    {
        _ = _lock.Value;
        var disk = new FileJournalDisk(Path.Combine(_root, incarnation));
        var journal = new Journal(disk, new(incarnation), _options);
        return new(journal, disk, new JournalThreads(journal, _logger));
    }

    public void Trim(string incarnation)
    {
        var files = Directory.GetFiles(Path.Combine(_root, incarnation));
        foreach (var file in files.OrderDescending(StringComparer.Ordinal))
        {
            if (TrailingZeros.Cut(file) > 0)
            {
                return;
            }

            File.Delete(file);
        }
    }

    public void Clean(Func<string, bool> isApplied)
    {
        foreach (var incarnation in Left())
        {
            var path = Path.Combine(_root, incarnation);
            if (_time.GetUtcNow() - LastWriteIn(path) > _keepFor && isApplied(incarnation))
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }

    public void Dispose()
    {
        if (_lock.IsValueCreated)
        {
            _lock.Value.Dispose();
        }
    }

    // A folder's own time is that of its youngest segment's birth, hours before its last record.
    private static DateTimeOffset LastWriteIn(string path) => Directory.EnumerateFiles(path)
        .Select(File.GetLastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(path)).Max();

    // Two processes that wrote or applied one journal would undo each other.
    private FileStream Lock()
    {
        Directory.CreateDirectory(_root);
        try
        {
            return new(Path.Combine(_root, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new BillingUnavailableException($"The journal {_root} is in use by another process.", error);
        }
    }
}
