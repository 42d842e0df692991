using System.Text;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Keys of the state: twox128 of the pallet's prefix, twox128 of the item's name, then each part of the key by
/// its hasher.</summary>
internal static class StorageKeys
{
    private const int TwoX128Length = 16;

    /// <summary>What the keys of an item begin with; the key itself of a single value. 32 bytes.</summary>
    public static byte[] Prefix(string palletPrefix, string item)
    {
        var key = new byte[2 * TwoX128Length];
        Hashes.TwoX128(Encoding.UTF8.GetBytes(palletPrefix), key.AsSpan(0, TwoX128Length));
        Hashes.TwoX128(Encoding.UTF8.GetBytes(item), key.AsSpan(TwoX128Length));
        return key;
    }

    /// <summary>The key of an item, or with fewer parts than it has hashers, what all keys below begin with.</summary>
    /// <exception cref="RuntimeDriftException">The runtime has no such item, or with fewer parts.</exception>
    /// <exception cref="ScaleException">A part is not of its type.</exception>
    public static byte[] Of(
        RuntimeMetadata metadata, string pallet, string item, params ReadOnlySpan<ScaleValue> parts)
    {
        var entry = metadata.Storage(pallet, item);
        if (parts.Length > entry.Hashers.Length)
        {
            throw new RuntimeDriftException(
                $"The key of {pallet}.{item} has {entry.Hashers.Length} parts, not {parts.Length}.");
        }

        var writer = new ScaleWriter();
        writer.WriteBytes(Prefix(metadata.Pallet(pallet).Storage!.Prefix, item));
        for (var i = 0; i < parts.Length; i++)
        {
            WritePart(entry.Hashers[i], metadata.Types.Encode(PartType(metadata.Types, entry, i), parts[i]), writer);
        }

        return writer.ToArray();
    }

    /// <summary>The parts of a key that its hashers left readable; null for those that are hashed away.</summary>
    /// <exception cref="ScaleException">The bytes are no key of this item.</exception>
    public static ScaleValue?[] Parts(RuntimeMetadata metadata, string pallet, string item, ReadOnlySpan<byte> key)
    {
        var entry = metadata.Storage(pallet, item);
        var reader = new ScaleReader(key);
        if (!reader.ReadBytes(2 * TwoX128Length).SequenceEqual(
            Prefix(metadata.Pallet(pallet).Storage!.Prefix, item)))
        {
            throw new ScaleException(ScaleFault.WrongShape, $"the key is of another item than {pallet}.{item}");
        }

        var parts = new ScaleValue?[entry.Hashers.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            _ = reader.ReadBytes(HashLength(entry.Hashers[i]));
            parts[i] = KeepsKey(entry.Hashers[i])
                ? ValueReader.Read(metadata.Types, PartType(metadata.Types, entry, i), ref reader)
                : null;
        }

        reader.RequireEnd();
        return parts;
    }

    private static int PartType(TypeRegistry types, StorageEntry entry, int part) =>
        entry.Hashers.Length > 1 && types[entry.Key!.Value] is TypeShape.Tuple tuple
            ? tuple.Elements[part]
            : entry.Key!.Value;

    private static void WritePart(StorageHasher hasher, ReadOnlySpan<byte> part, ScaleWriter writer)
    {
        Span<byte> hash = stackalloc byte[HashLength(hasher)];
        switch (hasher)
        {
            case StorageHasher.Blake2128 or StorageHasher.Blake2128Concat:
                Hashes.Blake2b128(part, hash);
                break;
            case StorageHasher.Blake2256:
                Hashes.Blake2b256(part, hash);
                break;
            case StorageHasher.Twox128:
                Hashes.TwoX128(part, hash);
                break;
            case StorageHasher.Twox256:
                Hashes.TwoX256(part, hash);
                break;
            case StorageHasher.Twox64Concat:
                Hashes.TwoX64(part, hash);
                break;
            case StorageHasher.Identity:
                break;
        }

        writer.WriteBytes(hash);
        if (KeepsKey(hasher))
        {
            writer.WriteBytes(part);
        }
    }

    private static int HashLength(StorageHasher hasher) => hasher switch
    {
        StorageHasher.Identity => 0,
        StorageHasher.Twox64Concat => 8,
        StorageHasher.Blake2128 or StorageHasher.Blake2128Concat or StorageHasher.Twox128 => 16,
        StorageHasher.Blake2256 or StorageHasher.Twox256 => 32,
    };

    private static bool KeepsKey(StorageHasher hasher) =>
        hasher is StorageHasher.Identity or StorageHasher.Twox64Concat or StorageHasher.Blake2128Concat;
}
