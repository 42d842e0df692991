namespace Gateway.DevNet.Chain.State;

/// <summary>Storage by raw key.</summary>
internal interface IStateReader
{
    /// <summary>The stored bytes, or null.</summary>
    public byte[]? Find(byte[] key);

    /// <summary>Keys that begin with a prefix, in order.</summary>
    public IEnumerable<byte[]> Keys(byte[] prefix);
}
