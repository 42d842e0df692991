using System.Text.Json;
using Gateway.Core;

namespace Gateway.Api.Portal.Pages;

/// <summary>A day's proof of reserves, as it was signed.</summary>
internal sealed record ReserveDay(
    string Day, long Height, Rao Assets, Rao Owed, Rao Payable, long? RatioPpm, string Root)
{
    public static ReserveDay Read(ReadOnlyMemory<byte> json)
    {
        var root = JsonElement.Parse(json.Span);
        return new(
            root.GetProperty("day").GetString() ?? "",
            root.GetProperty("height").GetInt64(),
            new(root.GetProperty("assets_rao").GetInt64()),
            new(root.GetProperty("total_rao").GetInt64()),
            new(root.GetProperty("miner_payable_rao").GetInt64()),
            root.GetProperty("ratio_ppm") is { ValueKind: JsonValueKind.Number } ratio ? ratio.GetInt64() : null,
            root.GetProperty("root").GetString() ?? "");
    }
}
