using System.Security.Cryptography;

namespace Gateway.Api.Chat;

/// <summary>SHA-256 over salt and bytes: lets the caller, who has the salt, prove what was sent; tells nobody else
/// anything.</summary>
internal static class Commitment
{
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt.Span);
        hash.AppendData(bytes.Span);
        return hash.GetHashAndReset();
    }
}
