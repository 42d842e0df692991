using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>Deposit addresses are derived from <c>Gateway:Chain:DepositParent</c>, or stand in the signed list of
/// <c>Gateway:Chain:DepositPool</c>; DevNet generates a parent of its own.</summary>
internal sealed class DepositAddressSource : IDepositAddressSource
{
    private readonly ChainSettings _chain;
    private readonly Lazy<string?> _parent;
    private readonly Lazy<DepositPool> _pool;

    public DepositAddressSource(GatewaySettings settings, DataDirectory directory)
    {
        _chain = settings.Chain;
        _parent = new(() => _chain.PoolSigner ?? _chain.DepositParent
            ?? (settings.IsDevNet ? DevNetMultisig.In(directory) : null));
        _pool = new(ReadPool);
    }

    /// <summary>Whether addresses stand in a list, which ends.</summary>
    public bool IsPool => _chain.PoolFile is not null;

    public string? Parent => _parent.Value;

    public long Count => IsPool ? _pool.Value.Count : DepositTree.Size;

    public string? AddressOf(string parent, long place) =>
        !IsPool ? place < DepositTree.Size ? DepositTree.AddressOf(parent, place) : null
        : parent == Parent ? _pool.Value.AddressOf(place)
        : null;

    // Read once: a longer list needs a start, and is checked whole before any address of it is shown.
    private DepositPool ReadPool()
    {
        var file = _chain.PoolFile!;
        try
        {
            return new FileInfo(file).Length <= DepositPool.LongestFile
                ? DepositPool.Read(File.ReadAllBytes(file), _chain.PoolSigner!)
                : throw new InvalidDataException($"It is longer than {DepositPool.LongestFile} bytes.");
        }
        catch (Exception failure) when (
            failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new StartRefusedException($"Gateway:Chain:DepositPool:File {file}: {failure.Message}");
        }
    }
}
