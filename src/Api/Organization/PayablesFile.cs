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
        await csv.WriteAsync(["netuid", "hotkey", "tao", "rao", "in_payout_rao"]);
        foreach (var one in payables)
        {
            await csv.WriteAsync([
                one.NetUid.Value.ToString(CultureInfo.InvariantCulture), one.Hotkey.Ss58, one.Owed.ToTao(),
                one.Owed.Value.ToString(CultureInfo.InvariantCulture),
                one.InPayout.Value.ToString(CultureInfo.InvariantCulture)]);
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
            writer.WriteNumber("netuid"u8, one.NetUid.Value);
            writer.WriteString("hotkey"u8, one.Hotkey.Ss58);
            writer.WritePropertyName("tao"u8);
            writer.WriteRawValue(one.Owed.ToTao());
            writer.WriteNumber("rao"u8, one.Owed.Value);
            writer.WriteNumber("in_payout_rao"u8, one.InPayout.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
