using System.Data.Common;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What the books have under one key.</summary>
internal sealed class IdempotencyRow
{
    internal required byte[] Body { get; init; }

    internal required bool IsDone { get; init; }

    internal required RequestId Request { get; init; }

    /// <summary>Who runs it.</summary>
    internal required string Incarnation { get; init; }

    internal required KeptAnswer? Answer { get; init; }

    /// <summary>Unix milliseconds after which the key is new again.</summary>
    internal required long Expires { get; init; }

    internal static IdempotencyRow Map(DbDataReader row) => new()
    {
        Body = row.GetFieldValue<byte[]>(0),
        IsDone = row.GetString(1) == "done",
        Request = RequestId.TryParse(row.GetString(2), out var request)
            ? request
            : throw new BrokenInvariantException("A kept request has no id."),
        Incarnation = row.GetString(3),
        Answer = row.IsDBNull(4)
            ? null
            : new((int)row.GetInt64(6), row.GetString(5), row.GetFieldValue<byte[]>(4)),
        Expires = row.GetInt64(7),
    };
}
