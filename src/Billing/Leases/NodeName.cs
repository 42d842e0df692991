namespace Gateway.Billing;

/// <summary>This node's lasting name, kept in its data directory.</summary>
internal static class NodeName
{
    private const string FileName = "node-id";

    internal static string In(string directory, TimeProvider time)
    {
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, FileName);
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } known)
        {
            return known;
        }

        var node = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        File.WriteAllText(file, node + "\n");
        return node;
    }
}
