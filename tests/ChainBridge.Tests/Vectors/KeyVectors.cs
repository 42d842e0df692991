using System.Text.Json;

namespace Gateway.ChainBridge.Tests.Vectors;

/// <summary>The known answers in the files beside this one; NOTICE.md says where they come from.</summary>
internal static class KeyVectors
{
    private static readonly JsonElement[] Roots =
        [Load("made-vectors.json"), Load("hashes.json"), Load("raw-transactions.json")];

    /// <summary>//Alice's signatures of 0, 1, 2 ... bytes with the values 0, 1, 2 ...</summary>
    public static IEnumerable<byte[]> SignaturesByLength =>
        Load("signatures-by-length.json").EnumerateArray().Select(hex => Convert.FromHexString(hex.GetString()!));

    public static JsonElement Section(string name) =>
        Roots.First(root => root.TryGetProperty(name, out _)).GetProperty(name);

    public static string Text(this JsonElement element, string property) =>
        element.GetProperty(property).GetString()!;

    public static byte[] Hex(this JsonElement element, string property) =>
        Convert.FromHexString(element.Text(property));

    private static JsonElement Load(string file)
    {
        using var stream = typeof(KeyVectors).Assembly.GetManifestResourceStream(file)!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
