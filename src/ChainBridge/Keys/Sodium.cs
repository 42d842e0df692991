using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Gateway.ChainBridge.Keys;

/// <summary>The few functions of libsodium 1.0.22 that the bridge stands on. Every length is checked here, because the
/// library trusts its caller. Points are ristretto255 encodings (RFC 9496), scalars 32 bytes little endian.</summary>
internal static partial class Sodium
{
    public const int PointLength = 32;
    public const int ScalarLength = 32;
    public const int WideScalarLength = 64;

    /// <summary>What libsodium 1.0.22 asks for (crypto_core_keccak1600_statebytes), in 64-bit lanes; the permutation
    /// itself works on the first 25.</summary>
    public const int KeccakLanes = 28;

    private const string Library = "libsodium";

    // A constructor, not a field: no field is ever read, so an initialiser would never run.
    static Sodium() => Initialize();

    /// <summary><paramref name="point"/> = <paramref name="scalar"/> times the base point.</summary>
    /// <returns>False when the result is the identity.</returns>
    public static bool TryMultiplyBase(Span<byte> point, ReadOnlySpan<byte> scalar)
    {
        RequireLength(point, PointLength);
        RequireLength(scalar, ScalarLength);
        return Native.MultiplyBase(ref MemoryMarshal.GetReference(point), in MemoryMarshal.GetReference(scalar)) == 0;
    }

    /// <summary><paramref name="point"/> = <paramref name="scalar"/> times <paramref name="factor"/>.</summary>
    /// <returns>False when the factor is not a canonical encoding or the result is the identity.</returns>
    public static bool TryMultiply(Span<byte> point, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> factor)
    {
        RequireLength(point, PointLength);
        RequireLength(scalar, ScalarLength);
        RequireLength(factor, PointLength);
        return Native.Multiply(
            ref MemoryMarshal.GetReference(point),
            in MemoryMarshal.GetReference(scalar),
            in MemoryMarshal.GetReference(factor)) == 0;
    }

    /// <summary><paramref name="sum"/> = <paramref name="left"/> + <paramref name="right"/>.</summary>
    /// <returns>False when one of them is not a canonical encoding.</returns>
    public static bool TryAddPoints(Span<byte> sum, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireLength(sum, PointLength);
        RequireLength(left, PointLength);
        RequireLength(right, PointLength);
        return Native.AddPoints(
            ref MemoryMarshal.GetReference(sum),
            in MemoryMarshal.GetReference(left),
            in MemoryMarshal.GetReference(right)) == 0;
    }

    /// <summary><paramref name="difference"/> = <paramref name="left"/> - <paramref name="right"/>.</summary>
    /// <returns>False when one of them is not a canonical encoding.</returns>
    public static bool TrySubtractPoints(Span<byte> difference, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireLength(difference, PointLength);
        RequireLength(left, PointLength);
        RequireLength(right, PointLength);
        return Native.SubtractPoints(
            ref MemoryMarshal.GetReference(difference),
            in MemoryMarshal.GetReference(left),
            in MemoryMarshal.GetReference(right)) == 0;
    }

    /// <summary>Reduces 64 bytes modulo the group order.</summary>
    public static void ReduceScalar(Span<byte> scalar, ReadOnlySpan<byte> wide)
    {
        RequireLength(scalar, ScalarLength);
        RequireLength(wide, WideScalarLength);
        Native.ReduceScalar(ref MemoryMarshal.GetReference(scalar), in MemoryMarshal.GetReference(wide));
    }

    /// <summary>Adds modulo the group order; <paramref name="sum"/> may be one of the terms.</summary>
    public static void AddScalars(Span<byte> sum, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireLength(sum, ScalarLength);
        RequireLength(left, ScalarLength);
        RequireLength(right, ScalarLength);
        Native.AddScalars(
            ref MemoryMarshal.GetReference(sum),
            in MemoryMarshal.GetReference(left),
            in MemoryMarshal.GetReference(right));
    }

    /// <summary>Multiplies modulo the group order; <paramref name="product"/> may be one of the factors.</summary>
    public static void MultiplyScalars(Span<byte> product, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireLength(product, ScalarLength);
        RequireLength(left, ScalarLength);
        RequireLength(right, ScalarLength);
        Native.MultiplyScalars(
            ref MemoryMarshal.GetReference(product),
            in MemoryMarshal.GetReference(left),
            in MemoryMarshal.GetReference(right));
    }

    /// <summary>The Ed25519 key pair of a seed of 32 bytes (RFC 8032). The secret key is seed and public key.</summary>
    public static void Ed25519KeyPair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed)
    {
        RequireLength(publicKey, 32);
        RequireLength(secretKey, 64);
        RequireLength(seed, 32);
        _ = Native.Ed25519KeyPair(
            ref MemoryMarshal.GetReference(publicKey),
            ref MemoryMarshal.GetReference(secretKey),
            in MemoryMarshal.GetReference(seed));
    }

    /// <summary>Signs with Ed25519 (RFC 8032).</summary>
    public static void Ed25519Sign(Span<byte> signature, ReadOnlySpan<byte> message, ReadOnlySpan<byte> secretKey)
    {
        RequireLength(signature, 64);
        RequireLength(secretKey, 64);
        _ = Native.Ed25519Sign(
            ref MemoryMarshal.GetReference(signature),
            signatureLength: 0,
            in MemoryMarshal.GetReference(message),
            (ulong)message.Length,
            in MemoryMarshal.GetReference(secretKey));
    }

    /// <summary>Whether an Ed25519 signature holds. Non-canonical scalars and points of small order are refused.
    /// </summary>
    public static bool Ed25519Verify(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ReadOnlySpan<byte> publicKey)
    {
        RequireLength(signature, 64);
        RequireLength(publicKey, 32);
        return Native.Ed25519Verify(
            in MemoryMarshal.GetReference(signature),
            in MemoryMarshal.GetReference(message),
            (ulong)message.Length,
            in MemoryMarshal.GetReference(publicKey)) == 0;
    }

    /// <summary>Unkeyed BLAKE2b (RFC 7693) of 16 to 64 bytes, the length of <paramref name="hash"/>.</summary>
    public static void Blake2b(Span<byte> hash, ReadOnlySpan<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hash.Length, 64);
        _ = Native.Blake2b(
            ref MemoryMarshal.GetReference(hash),
            (nuint)hash.Length,
            in MemoryMarshal.GetReference(data),
            (ulong)data.Length,
            key: 0,
            keyLength: 0);
    }

    /// <summary>SHA3-256 (FIPS 202).</summary>
    public static void Sha3(Span<byte> hash, ReadOnlySpan<byte> data)
    {
        RequireLength(hash, 32);
        _ = Native.Sha3(
            ref MemoryMarshal.GetReference(hash), in MemoryMarshal.GetReference(data), (ulong)data.Length);
    }

    /// <summary>Keccak-f[1600] in place on the first 25 lanes, each in the machine's byte order.</summary>
    public static void Permute(Span<ulong> lanes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(lanes.Length, KeccakLanes);
        Native.Permute(ref MemoryMarshal.GetReference(lanes));
    }

    /// <summary>Zeroes a secret; unlike <see cref="Span{T}.Clear"/> it can never be optimised away.</summary>
    public static void Wipe(Span<byte> secret) =>
        Native.Wipe(ref MemoryMarshal.GetReference(secret), (nuint)secret.Length);

    private static void Initialize()
    {
        if (Native.Initialize() < 0)
        {
            throw new InvalidOperationException("libsodium could not be initialised.");
        }
    }

    private static void RequireLength(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length != length)
        {
            throw new ArgumentException($"{length} bytes are needed, {bytes.Length} were given.");
        }
    }

    private static partial class Native
    {
        [LibraryImport(Library, EntryPoint = "sodium_init")]
        internal static partial int Initialize();

        [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255_base")]
        internal static partial int MultiplyBase(ref byte point, in byte scalar);

        [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255")]
        internal static partial int Multiply(ref byte point, in byte scalar, in byte factor);

        [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_add")]
        internal static partial int AddPoints(ref byte sum, in byte left, in byte right);

        [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_sub")]
        internal static partial int SubtractPoints(ref byte difference, in byte left, in byte right);

        [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_reduce")]
        [SuppressGCTransition]
        internal static partial void ReduceScalar(ref byte scalar, in byte wide);

        [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_add")]
        [SuppressGCTransition]
        internal static partial void AddScalars(ref byte sum, in byte left, in byte right);

        [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_mul")]
        [SuppressGCTransition]
        internal static partial void MultiplyScalars(ref byte product, in byte left, in byte right);

        [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_seed_keypair")]
        internal static partial int Ed25519KeyPair(ref byte publicKey, ref byte secretKey, in byte seed);

        [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_detached")]
        internal static partial int Ed25519Sign(
            ref byte signature, nint signatureLength, in byte message, ulong messageLength, in byte secretKey);

        [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_verify_detached")]
        internal static partial int Ed25519Verify(
            in byte signature, in byte message, ulong messageLength, in byte publicKey);

        [LibraryImport(Library, EntryPoint = "crypto_generichash")]
        internal static partial int Blake2b(
            ref byte hash, nuint hashLength, in byte data, ulong dataLength, nint key, nuint keyLength);

        [LibraryImport(Library, EntryPoint = "crypto_hash_sha3256")]
        internal static partial int Sha3(ref byte hash, in byte data, ulong dataLength);

        [LibraryImport(Library, EntryPoint = "crypto_core_keccak1600_permute_24")]
        [SuppressGCTransition]
        internal static partial void Permute(ref ulong state);

        [LibraryImport(Library, EntryPoint = "sodium_memzero")]
        [SuppressGCTransition]
        internal static partial void Wipe(ref byte secret, nuint length);
    }
}
