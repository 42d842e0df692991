using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>A wish for a refund as its JSON says it: <c>destination</c>, and one of <c>amount</c> in USD,
/// <c>amount_nusd</c>, or <c>all</c>.</summary>
/// <param name="Destination">An SS58 address, not checked yet.</param>
/// <param name="Amount">Null for all that is refundable.</param>
/// <param name="AmountField">The member that says how much.</param>
/// <param name="Signature">What shows that the destination is the caller's; null: nothing.</param>
internal sealed record RefundRequest(string Destination, NanoUsd? Amount, string AmountField, string? Signature)
{
    private const string SignatureField = "destination_signature";
    private const int MaxSignature = 200;

    private const int MaxDestination = 100;

    /// <exception cref="RefusedException">400, naming the member.</exception>
    public static RefundRequest Read(JsonElement body)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name is not ("destination" or "amount" or "amount_nusd" or "all"
                or SignatureField))
            {
                throw Refuse("unknown_parameter", $"'{member.Name}' is not a member of a refund.", member.Name);
            }
        }

        var destination = ReadDestination(body);
        var amount = ReadAmount(body, out var field);
        return new(destination, amount, field, ReadSignature(body));
    }

    private static string? ReadSignature(JsonElement body)
    {
        if (!body.TryGetProperty(SignatureField, out var value))
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return text.Length is > 0 and <= MaxSignature
            ? text
            : throw Refuse("invalid_type", "destination_signature is 0x and 128 hex digits.", SignatureField);
    }

    private static string ReadDestination(JsonElement body)
    {
        if (!body.TryGetProperty("destination", out var value))
        {
            throw Refuse("missing_required_parameter", "Where to? Give destination, an SS58 address.", "destination");
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return text.Length is > 0 and <= MaxDestination
            ? text
            : throw Refuse("invalid_type", "destination is an SS58 address, a string.", "destination");
    }

    private static NanoUsd? ReadAmount(JsonElement body, out string field)
    {
        var isUsd = body.TryGetProperty("amount", out var usd);
        var isNano = body.TryGetProperty("amount_nusd", out var nano);
        var isAll = body.TryGetProperty("all", out var all);
        field = isUsd ? "amount" : isNano ? "amount_nusd" : "all";
        if ((isUsd ? 1 : 0) + (isNano ? 1 : 0) + (isAll ? 1 : 0) != 1)
        {
            throw Refuse("missing_required_parameter",
                "How much? Give one of amount (USD), amount_nusd (an integer) and all (true).", "amount");
        }

        if (isAll)
        {
            return all.ValueKind == JsonValueKind.True
                ? null
                : throw Refuse("invalid_value", "all is true, or left out.", "all");
        }

        var amount = isUsd ? ReadUsd(usd) : ReadNano(nano);
        return amount > NanoUsd.Zero
            ? amount
            : throw Refuse("invalid_value", "The amount is above 0.", field);
    }

    // The digits as they stand, never a floating point number.
    private static NanoUsd ReadUsd(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && NanoUsd.TryParseUsd(value.GetRawText(), out var amount)
            ? amount
            : throw Refuse("invalid_value", "amount is a number of USD with at most nine decimals.", "amount");

    private static NanoUsd ReadNano(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var amount)
            ? new(amount)
            : throw Refuse("invalid_value", "amount_nusd is a whole number of nano-USD.", "amount_nusd");

    private static RefusedException Refuse(string code, string message, string param) =>
        new(OpenAiError.Invalid(code, message, param));
}
