using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Api.Hosting;

/// <summary>devnet.json in the data directory: what a person or a test needs to use this DevNet. Mode 0600; written
/// when the process is ready to serve, never before.</summary>
internal sealed class DevNetFile(DataDirectory directory)
{
    private const string Name = "devnet.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Path => directory.PathOf(Name);

    /// <summary>The keys that the last start wrote, if the file is there and whole.</summary>
    public (string? ApiKey, string? AdminKey) ReadKeys()
    {
        try
        {
            var file = JsonNode.Parse(File.ReadAllText(Path));
            return ((string?)file?["apiKey"], (string?)file?["adminKey"]);
        }
        catch (Exception failure) when (failure is IOException or JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    public void Write(JsonObject content) => DataDirectory.WriteAtomically(Path, content.ToJsonString(Indented) + "\n");

    /// <summary>Takes the last start's file away, so that its presence means ready.</summary>
    public void Remove() => File.Delete(Path);
}
