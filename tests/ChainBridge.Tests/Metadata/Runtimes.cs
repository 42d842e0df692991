using System.Text;
using System.Text.Json;
using Gateway.ChainBridge.Metadata;

namespace Gateway.ChainBridge.Tests.Metadata;

/// <summary>Metadata of real runtimes: two that are part of this repository (src/DevNet/Data/NOTICE.md), and two more
/// with recorded answers of a node, where the environment variable CHAIN_DATA names a folder that has them.</summary>
internal static class Runtimes
{
    private static readonly Lazy<RuntimeMetadata> LazySpec219 = new(() => MetadataReader.Read(Spec219Bytes));
    private static readonly Lazy<RuntimeMetadata> LazySpec224 = new(() => MetadataReader.Read(Spec224Bytes));

    public static byte[] Spec219Bytes => Resource("subtensor-mainnet-v219-metadata.scale");

    public static byte[] Spec224Bytes => Resource("subtensor-testnet-v224-metadata.scale");

    public static RuntimeMetadata Spec219 => LazySpec219.Value;

    public static RuntimeMetadata Spec224 => LazySpec224.Value;

    public static byte[] Spec343V14Bytes => Foreign("subtensor-mainnet-v343-metadata-v14.scale");

    public static byte[] Spec343V15Bytes => Foreign("subtensor-v343-metadata-v15.scale");

    public static JsonElement Recordings
    {
        get
        {
            using var document = JsonDocument.Parse(Foreign("bittensor-sdk-ws-recordings.json"));
            return document.RootElement.Clone();
        }
    }

    /// <summary>Signatures of a running node and of a wallet: name, public key, message, signature; hex, one a line.
    /// </summary>
    public static string[] ForeignSignatures =>
        Encoding.UTF8.GetString(Foreign("sr25519-verify-vectors.txt"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Resource(string name)
    {
        using var stream = typeof(Runtimes).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Foreign(string name)
    {
        var folder = Environment.GetEnvironmentVariable("CHAIN_DATA");
        Assert.SkipUnless(folder is not null, "CHAIN_DATA names no folder with recorded chain data.");
        return File.ReadAllBytes(Path.Combine(folder, name));
    }
}
