using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Which runtime is in force at a block.</summary>
/// <param name="SpecName">Such as node-subtensor.</param>
/// <param name="SpecVersion">Rises with every upgrade; metadata belongs to it.</param>
/// <param name="TransactionVersion">Rises when old signed transactions lose their meaning.</param>
internal sealed record RuntimeVersion(string SpecName, uint SpecVersion, uint TransactionVersion)
{
    /// <summary>Reads the node's answer; the reader stands on its first token.</summary>
    public static RuntimeVersion Read(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var version = document.RootElement;
        if (version.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The runtime's version is no object.");
        }

        return new RuntimeVersion(
            version.GetProperty("specName").GetString() ?? throw new FormatException("The spec name is null."),
            version.GetProperty("specVersion").GetUInt32(),
            version.GetProperty("transactionVersion").GetUInt32());
    }
}
