namespace Gateway.DevNet.Chain.State;

/// <summary>Raw storage keys in the order of their bytes, in which a node lists them.</summary>
internal sealed class StateKeys : IComparer<byte[]>, IEqualityComparer<byte[]>
{
    public static readonly StateKeys Order = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
