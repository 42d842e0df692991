using System.Collections.Concurrent;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>The runtimes that come with the simulator.</summary>
internal static class RuntimeCatalog
{
    /// <summary>The runtime of a new chain.</summary>
    public const uint Usual = 224;

    /// <summary>Before dynamic TAO: other events, calls and storage.</summary>
    public const uint Older = 219;

    private static readonly ConcurrentDictionary<uint, DevRuntime> Loaded = new();

    /// <summary>Spec versions that <see cref="Get"/> knows.</summary>
    public static IReadOnlyList<uint> Known { get; } = [Older, Usual, RewrittenRuntime.SpecVersion];

    /// <exception cref="ArgumentOutOfRangeException">The simulator has no such runtime.</exception>
    public static DevRuntime Get(uint specVersion) => Loaded.GetOrAdd(specVersion, Load);

    private static DevRuntime Load(uint specVersion) => specVersion switch
    {
        Older => DevRuntime.Of(Read("subtensor-mainnet-v219-metadata.scale"), specVersion),
        Usual => DevRuntime.Of(Read("subtensor-testnet-v224-metadata.scale"), specVersion),
        RewrittenRuntime.SpecVersion => DevRuntime.Of(RewrittenRuntime.Make(Get(Usual).Metadata), specVersion),
        _ => throw new ArgumentOutOfRangeException(
            nameof(specVersion), specVersion, $"The simulator has the runtimes {string.Join(", ", Known)}."),
    };

    private static byte[] Read(string file)
    {
        using var stream = typeof(RuntimeCatalog).Assembly.GetManifestResourceStream($"Gateway.DevNet.Data.{file}")
            ?? throw new InvalidOperationException($"The resource {file} is missing.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
