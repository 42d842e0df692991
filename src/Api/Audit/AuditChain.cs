using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Access;

namespace Gateway.Api.Audit;

/// <summary>Links the rows of a log: each hash is an HMAC-SHA-256 over all of a row and the hash before it. Its key
/// comes from the pepper, so who has only the database can neither change a row nor write the chain anew.</summary>
internal sealed class AuditChain(Pepper pepper)
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashSize = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key =
        HKDF.DeriveKey(HashAlgorithmName.SHA256, pepper.Bytes, HashSize, info: "audit log 1"u8.ToArray());

    /// <summary>The hash of a row behind another.</summary>
    /// <param name="previous">The hash of the row before; empty for the first.</param>
    /// <param name="row">The row; its own hash does not count.</param>
    public byte[] Hash(ReadOnlySpan<byte> previous, AuditRow row)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Append(hash, previous);
        Append(hash, row.Org.ToByteArray(bigEndian: true));
        Append(hash, row.Seq);
        Append(hash, row.Id.ToByteArray(bigEndian: true));
        Append(hash, row.At);
        Append(hash, row.Project?.ToByteArray(bigEndian: true) ?? []);
        foreach (var text in (ReadOnlySpan<string?>)
            [row.Type, row.ActorKind, row.Actor, row.Address, row.Request, row.Target, row.Data])
        {
            // Null and empty differ: one has a length, the other has not.
            Append(hash, text is null ? 0L : 1L);
            Append(hash, Encoding.UTF8.GetBytes(text ?? ""));
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Append(hash, (long)bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
