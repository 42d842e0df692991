using System.Text.Json;
using Gateway.Api.Hosting;

namespace Gateway.Api.Audit;

/// <summary>The log once more, outside the database: a line of JSON for every row this process wrote. A database that
/// was put back to an older state lacks rows that stand here.</summary>
internal sealed partial class AuditFile(DataDirectory directory, ILogger<AuditFile> logger)
{
    /// <summary>Its name in the data directory.</summary>
    public const string Name = "audit.jsonl";

    private readonly Lock _gate = new();

    /// <summary>Writes rows that are committed. The act is done by then: a full disk is an alarm, no error.</summary>
    public void Append(IReadOnlyList<AuditRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        try
        {
            lock (_gate)
            {
                using var stream = OwnerOnly.AppendFile(directory.PathOf(Name));
                stream.Write(Lines(rows));
                stream.Flush(flushToDisk: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotCopied(logger, rows[0].Seq, rows.Count, failure.GetType().Name);
        }
    }

    private static byte[] Lines(IReadOnlyList<AuditRow> rows)
    {
        using var lines = new MemoryStream();
        foreach (var row in rows)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(row));
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(5100, LogLevel.Critical,
            "The copy of the audit log cannot be written ({Failure}): {Count} rows from {Seq} on stand in the store")]
        public static partial void NotCopied(ILogger logger, long seq, int count, string failure);
    }
}
