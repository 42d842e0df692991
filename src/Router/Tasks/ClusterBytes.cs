using System.Buffers.Binary;

namespace Gateway.Router.Tasks;

/// <summary>Clusters as bytes, so that all replicas mean the same kind of work by a number: a version, the number of
/// clusters, the buckets' weights, the centroids feature by feature; little-endian, floats of 32 bits.</summary>
internal static class ClusterBytes
{
    private const int Version = 2;
    private const int Head = 2 * sizeof(int);
    private const int Floats = FeatureBuffer.Buckets * (1 + TaskClusters.Most);

    /// <summary>Writes clusters.</summary>
    internal static byte[] Of(TaskClusters clusters)
    {
        var bytes = new byte[Head + (Floats * sizeof(float))];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int)), clusters.Count);
        var at = Head;
        foreach (var number in (ReadOnlySpan<float>)[.. clusters.Idf, .. clusters.ByFeature])
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), number);
            at += sizeof(float);
        }

        return bytes;
    }

    /// <summary>Reads clusters; null for bytes of another form or with numbers that are none.</summary>
    internal static TaskClusters? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Head + (Floats * sizeof(float)) || BinaryPrimitives.ReadInt32LittleEndian(bytes) != Version)
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(int)..]);
        var floats = new float[Floats];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(Head + (i * sizeof(float)))..]);
        }

        return count is >= 0 and <= TaskClusters.Most && Array.TrueForAll(floats, float.IsFinite)
            ? new(count, floats[FeatureBuffer.Buckets..], floats[..FeatureBuffer.Buckets])
            : null;
    }
}
