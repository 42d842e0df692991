using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge;

/// <summary>A list of deposit addresses that were made offline, each with a key of its own, and signed by who made it.
/// All come of one secret: address n is <c>//deposit//n</c> of it and the signing key <c>//deposit-list</c>, hard steps
/// only, so that no address and no child's secret tells of another. A longer list of the same secret begins with the
/// shorter one. Immutable.</summary>
public sealed class DepositPool
{
    /// <summary>The most addresses of a list.</summary>
    public const int Most = 200_000;

    /// <summary>The longest file of a list, in bytes.</summary>
    public const int LongestFile = 16 * 1024 * 1024;

    private const int Version = 1;
    private const string AddressStep = "deposit";
    private const string SignerStep = "deposit-list";

    private static readonly JsonWriterOptions Readable = new() { Indented = true };

    private readonly string[] _addresses;

    private DepositPool(string signer, string[] addresses) => (Signer, _addresses) = (signer, addresses);

    /// <summary>The account whose signature the list bears, SS58; it names the list, however long that grows.</summary>
    public string Signer { get; }

    /// <summary>How many addresses the list has, 1 to <see cref="Most"/>.</summary>
    public int Count => _addresses.Length;

    /// <summary>The address at a place, SS58; null behind the end.</summary>
    /// <param name="place">From 0.</param>
    public string? AddressOf(long place) => place >= 0 && place < _addresses.Length ? _addresses[place] : null;

    /// <summary>Makes a list and signs it.</summary>
    /// <param name="secretFile">One line: a mnemonic, or a mini secret of 64 hex digits after 0x; steps and a password
    /// may follow. Nobody but its owner may open it.</param>
    /// <param name="count">1 to <see cref="Most"/>.</param>
    /// <returns>The list, and its file: UTF-8 of a JSON object.</returns>
    /// <exception cref="FormatException">The secret is refused; the message never repeats it.</exception>
    /// <exception cref="UnauthorizedAccessException">Group or others may touch the secret's file.</exception>
    public static (DepositPool Pool, byte[] File) Create(string secretFile, int count)
    {
        using var root = KeyFile.OpenUri(secretFile);
        return Make(root, count);
    }

    private static (DepositPool Pool, byte[] File) Make(Sr25519Keypair root, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        using var signer = Derive(root, SignerStep);
        using var parent = Derive(root, AddressStep);
        var addresses = new string[count];
        for (var n = 0; n < count; n++)
        {
            using var child = Derive(parent, FormattableString.Invariant($"{n}"));
            addresses[n] = Ss58.Encode(child.PublicKey);
        }

        var signature = new byte[Sr25519.SignatureLength];
        signer.Sign(WrappedMessage.Wrap(Encoding.UTF8.GetBytes(TextOf(addresses))), signature);
        var pool = new DepositPool(Ss58.Encode(signer.PublicKey), addresses);
        return (pool, pool.ToFile(signature));
    }

    /// <summary>Reads a list and believes nothing of it: form, every address, that none stands twice, and the
    /// signature.</summary>
    /// <param name="file">As <see cref="Create"/> made it.</param>
    /// <param name="signer">The account that must have signed it, SS58.</param>
    /// <exception cref="InvalidDataException">What is wrong with it, a sentence for the operator.</exception>
    public static DepositPool Read(ReadOnlyMemory<byte> file, string signer)
    {
        var (addresses, signature) = Parse(file);
        RequireGood(addresses);

        // The file's own word for who signed it is of no use: the setting says who must have.
        return ChainAddress.HasSigned(signer, TextOf(addresses), signature)
            ? new(signer, addresses)
            : throw new InvalidDataException($"The list is not signed by {signer}, or was changed after it was.");
    }

    /// <summary>What is signed, in the way of wallets between <c>&lt;Bytes&gt;</c> and <c>&lt;/Bytes&gt;</c>: the
    /// addresses' number and the SHA-256 of all of them, a line feed behind each.</summary>
    private static string TextOf(string[] addresses)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var address in addresses)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(address));
            hash.AppendData("\n"u8);
        }

        var digits = Convert.ToHexStringLower(hash.GetHashAndReset());
        return FormattableString.Invariant($"gateway-deposit-pool-v{Version} {addresses.Length} {digits}");
    }

    private static Sr25519Keypair Derive(Sr25519Keypair key, string step)
    {
        Span<byte> chainCode = stackalloc byte[Derivation.ChainCodeLength];
        Junction.Encode(step, chainCode);
        return key.DeriveHard(chainCode);
    }

    private static (string[] Addresses, string Signature) Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            var root = json.RootElement;
            return root.GetProperty("version").GetInt32() == Version
                ? ([.. root.GetProperty("addresses").EnumerateArray().Select(one => one.GetString() ?? "")],
                    root.GetProperty("signature").GetString() ?? "")
                : throw new InvalidDataException("The list is of another version than this program reads.");
        }
        catch (Exception failure) when (
            failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("The file is no list of deposit addresses.", failure);
        }
    }

    private static void RequireGood(string[] addresses)
    {
        if (addresses.Length is 0 or > Most)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"The list has {addresses.Length} addresses, and 1 to {Most} may be."));
        }

        var seen = new HashSet<string>(addresses.Length, StringComparer.Ordinal);
        for (var n = 0; n < addresses.Length; n++)
        {
            if (ChainAddress.Problem(addresses[n]) is { } problem)
            {
                throw new InvalidDataException(FormattableString.Invariant($"Address {n} of the list: {problem}"));
            }

            if (!seen.Add(addresses[n]))
            {
                throw new InvalidDataException(FormattableString.Invariant($"Address {n} of the list stands twice."));
            }
        }
    }

    private byte[] ToFile(byte[] signature)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, Version);
            json.WriteString("signer"u8, Signer);
            json.WriteString("signature"u8, "0x" + Convert.ToHexStringLower(signature));
            json.WriteStartArray("addresses"u8);
            foreach (var address in _addresses)
            {
                json.WriteStringValue(address);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
