namespace Gateway.Billing;

/// <summary>Ids of rows that the books make themselves: a prefix and a UUID version 7, so that they sort by
/// time.</summary>
internal static class RowId
{
    internal static string Create(string prefix, long nowMs) =>
        prefix + Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)).ToString("N");
}
