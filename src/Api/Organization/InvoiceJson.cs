using System.Globalization;
using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>An invoice as JSON: every amount in USD and, beside it, as the exact integer.</summary>
internal static class InvoiceJson
{
    public static void Write(Utf8JsonWriter writer, Invoice invoice)
    {
        var month = invoice.Statement;
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.invoice"u8);
        writer.WriteString("number"u8, month.Number);
        writer.WriteString("month"u8, month.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        writer.WriteString("status"u8, month.IsProvisional ? "provisional"u8 : "final"u8);
        writer.WriteString("made_at"u8, Rfc3339(month.MadeAt));
        writer.WriteString("currency"u8, "usd"u8);
        WriteParties(writer, invoice);
        writer.WriteMoney("opening_balance", month.Opening);
        writer.WriteMoney("total_credits", month.Credited);
        writer.WriteMoney("total_charges", month.Charged);
        writer.WriteMoney("total_reductions", month.Reduced);
        writer.WriteMoney("closing_balance", month.Closing);
        WriteArray(writer, "credits", month.Credits, WriteCredit);
        WriteArray(writer, "charges", month.Charges, WriteCharge);
        WriteArray(writer, "reductions", month.Reductions, WriteReduction);
        WriteArray(writer, "lots", month.Lots, WriteLot);
        writer.WriteEndObject();
    }

    private static void WriteParties(Utf8JsonWriter writer, Invoice invoice)
    {
        writer.WriteStartObject("issuer"u8);
        writer.WriteString("name"u8, invoice.Issuer.Name);
        writer.WriteStartArray("address"u8);
        foreach (var line in invoice.Issuer.Address)
        {
            writer.WriteStringValue(line);
        }

        writer.WriteEndArray();
        writer.WriteString("tax_id"u8, invoice.Issuer.TaxId);
        writer.WriteEndObject();
        writer.WriteStartObject("customer"u8);
        writer.WriteString("id"u8, invoice.Statement.Org.ToString());
        writer.WriteString("name"u8, invoice.Customer);
        writer.WriteEndObject();
    }

    private static void WriteArray<T>(
        Utf8JsonWriter writer, string name, IReadOnlyList<T> lines, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            write(writer, line);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCredit(Utf8JsonWriter writer, CreditLine line)
    {
        writer.WriteString("at"u8, Rfc3339(line.At));
        writer.WriteString("kind"u8, InvoiceText.Word(line.Kind));
        writer.WriteString("lot"u8, line.Lot);
        writer.WriteString("deposit"u8, line.Deposit);
        WriteTao(writer, line.Amount);
        writer.WriteString("usd_per_tao"u8, line.Rate.ToUsdPerTao());
        writer.WriteMoney("amount", line.Credit);
    }

    private static void WriteCharge(Utf8JsonWriter writer, ChargeLine line)
    {
        writer.WriteString("project_id"u8, line.Project);
        writer.WriteString("model"u8, line.Model);
        writer.WriteNumber("requests"u8, line.Requests);
        writer.WriteNumber("input_tokens"u8, line.Input);
        writer.WriteNumber("output_tokens"u8, line.Output);
        writer.WriteMoney("amount", line.Charge);
    }

    private static void WriteReduction(Utf8JsonWriter writer, ReductionLine line)
    {
        writer.WriteString("id"u8, line.Id);
        writer.WriteString("at"u8, Rfc3339(line.At));
        writer.WriteString("kind"u8, line.IsExpiry ? "expiry"u8 : "refund"u8);
        writer.WriteString("lot"u8, line.Lot);
        WriteTao(writer, line.Amount);
        writer.WriteMoney("amount", line.Credit);
    }

    private static void WriteLot(Utf8JsonWriter writer, LotUse use)
    {
        writer.WriteString("lot"u8, use.Lot);
        WriteTao(writer, use.Amount);
        writer.WriteString("usd_per_tao"u8, use.Rate.ToUsdPerTao());
        writer.WriteMoney("amount", use.Credit);
    }

    private static void WriteTao(Utf8JsonWriter writer, Rao amount)
    {
        writer.WritePropertyName("tao"u8);
        writer.WriteRawValue(amount.ToTao());
        writer.WriteNumber("rao"u8, amount.Value);
    }

    private static string Rfc3339(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
