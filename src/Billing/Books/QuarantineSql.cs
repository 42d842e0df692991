using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Records set aside.</summary>
internal static class QuarantineSql
{
    private const string Insert = """
        INSERT INTO quarantined_record (incarnation, seq, org, reason, record)
        VALUES (@incarnation, @seq, @org, @reason, @record)
        """;

    internal static Task<int> InsertAsync(
        SqlSession session, string incarnation, Numbered record, OrgId org, string reason) => session.ExecuteAsync(
            Insert, ("incarnation", incarnation), ("seq", record.Seq), ("org", org.ToString()), ("reason", reason),
            ("record", Bytes(record)));

    private static byte[] Bytes(Numbered record)
    {
        var bytes = new byte[JournalCodec.Measure(record.Entry)];
        JournalCodec.Encode(record.Entry, record.Seq, bytes);
        return bytes;
    }
}
