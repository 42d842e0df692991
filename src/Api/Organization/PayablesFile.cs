using System.Globalization;
using System.Text.Json;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>What miners are owed, as a file for operators.</summary>
internal static class PayablesFile
{
    public static async Task WriteCsvAsync(Stream stream, IEnumerable<MinerPayable> payables)
    {
        await using var csv = new CsvWriter(stream);
        await csv.WriteAsync(["netuid", "hotkey", "tao", "rao"]);
        foreach (var one in payables)
        {
            await csv.WriteAsync([
                one.NetUid, one.Hotkey, one.Amount.ToTao(), one.Amount.Value.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    public static async Task WriteJsonAsync(Stream stream, IEnumerable<MinerPayable> payables)
    {
        await using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        foreach (var one in payables)
        {
            writer.WriteStartObject();
            writer.WriteString("netuid"u8, one.NetUid);
            writer.WriteString("hotkey"u8, one.Hotkey);
            writer.WritePropertyName("tao"u8);
            writer.WriteRawValue(one.Amount.ToTao());
            writer.WriteNumber("rao"u8, one.Amount.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
