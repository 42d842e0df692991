using System.Security.Cryptography;
using Gateway.Api.Hosting;

namespace Gateway.Api.Access;

/// <summary>The secret under which keys are hashed, so that a stolen database alone finds no key. 32 bytes in a file of
/// mode 0600 in the data directory; lost with it, all keys are void.</summary>
internal sealed class Pepper(byte[] bytes)
{
    private const string FileName = "pepper";
    private const int Size = 32;

    public byte[] Bytes { get; } = bytes;

    public static Pepper In(DataDirectory directory)
    {
        var bytes = directory.ReadOrCreateSecret(FileName, () => RandomNumberGenerator.GetBytes(Size));
        return bytes.Length == Size
            ? new(bytes)
            : throw new StartRefusedException($"{directory.Secret(FileName)} must hold {Size} bytes as hex digits.");
    }
}
