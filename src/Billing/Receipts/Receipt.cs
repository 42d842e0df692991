using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Makes the receipt of a settled request. Signed is <c>gateway-receipt-v1</c>, a newline and the canonical
/// form of all members but <c>signature</c>, numbers as decimal strings; served is the canonical form with numbers as
/// numbers.</summary>
internal static class Receipt
{
    private const int Version = 1;
    private const string SignatureMember = "signature";

    /// <summary>Stands before every signed receipt, so that the key's signatures mean nothing else.</summary>
    private static ReadOnlySpan<byte> Domain => "gateway-receipt-v1\n"u8;

    /// <summary>The signed object as it is served, UTF-8.</summary>
    internal static byte[] Sign(ReceiptRow row, OrgId org, RequestId request, IReceiptSigner signer)
    {
        var receipt = Compose(row, org, request);
        if (row.RouteHash is { } hash)
        {
            receipt["route_sha256"] = Convert.ToHexStringLower(hash);
        }

        receipt["kid"] = signer.KeyId;
        receipt[SignatureMember] = Base64Url.EncodeToString(signer.Sign(MessageOf(Freeze(receipt))));
        return CanonicalJson.Write(Freeze(receipt), numbersAsStrings: false);
    }

    /// <summary>The bytes that a receipt's signature covers.</summary>
    /// <exception cref="FormatException">It has no canonical form.</exception>
    internal static byte[] MessageOf(JsonElement receipt)
    {
        var unsigned = JsonObject.Create(receipt) ?? throw new FormatException("A receipt is an object.");
        unsigned.Remove(SignatureMember);
        return [.. Domain, .. CanonicalJson.Write(Freeze(unsigned), numbersAsStrings: true)];
    }

    private static JsonElement Freeze(JsonObject value) => JsonSerializer.SerializeToElement(value);

    private static JsonObject Compose(ReceiptRow row, OrgId org, RequestId request) => new()
    {
        ["v"] = Version,
        ["id"] = request.ToString(),
        ["issuer"] = "gateway",
        ["org"] = org.ToString(),
        ["key_id"] = row.Key,
        ["endpoint"] = row.Endpoint,
        ["model_asked"] = row.ModelAsked,
        ["model_served"] = row.ModelServed,
        ["strategy"] = row.Strategy,
        ["started"] = Time(row.Started),
        ["ended"] = Time(row.Ended),
        ["outcome"] = row.IsCollected ? row.Ending : "uncollectible",
        ["finish_reason"] = row.FinishReason,
        ["usage"] = Write(row.Usage),
        ["estimated"] = row.Estimated,
        ["lines"] = Lines(row),
        ["charge_nusd"] = row.IsCollected ? row.Charge.Value : 0,
        ["attempts"] = JsonNode.Parse(row.Attempts),
        ["request_commit"] = Convert.ToHexStringLower(row.RequestCommit),
        ["response_commit"] = Convert.ToHexStringLower(row.ResponseCommit),
    };

    // A request that is free by its ending was not priced: no line.
    private static JsonArray Lines(ReceiptRow row) => row.Lines.Count > 0
        ? [.. row.Lines.Select(line => Write(line, row.IsCollected))]
        : row.PriceVersion is not { } version ? [] :
    [
        new JsonObject
        {
            ["role"] = "answer",
            ["model"] = row.ModelServed,
            ["usage"] = Write(row.Usage),
            ["price_version"] = version,
            ["prices"] = Write(row.Prices),
        },
    ];

    // Of several calls each says who answered it and its part of the charge; one that failed has no price.
    private static JsonObject Write(ReceiptLine line, bool isCollected) => new()
    {
        ["role"] = line.Charged.Line.Role,
        ["expert"] = line.Charged.Line.Expert,
        ["model"] = line.Charged.Line.ModelServed?.Value,
        ["usage"] = Write(line.Charged.Line.Usage),
        ["price_version"] = line.Charged.PriceVersion,
        ["prices"] = line.Charged.PriceVersion is null ? null : Write(line.Prices),
        ["charge_nusd"] = isCollected ? line.Charged.Charge.Value : 0,
    };

    private static JsonObject Write(ModelPrices prices)
    {
        var written = new JsonObject
        {
            ["input_pusd"] = prices.Input.PicoUsd,
            ["cached_pusd"] = prices.Cached.PicoUsd,
            ["output_pusd"] = prices.Output.PicoUsd,
            ["reasoning_pusd"] = prices.Reasoning.PicoUsd,
        };
        AddUnlessZero(written, "request_pusd", prices.Request.PicoUsd);
        AddUnlessZero(written, "image_pusd", prices.Image.PicoUsd);
        AddUnlessZero(written, "audio_ms_pusd", prices.AudioMs.PicoUsd);
        AddUnlessZero(written, "character_pusd", prices.Character.PicoUsd);
        return written;
    }

    private static JsonObject Write(Usage usage)
    {
        var written = new JsonObject
        {
            ["input_tokens"] = usage.Input,
            ["cached_tokens"] = usage.Cached,
            ["output_tokens"] = usage.Output,
            ["reasoning_tokens"] = usage.Reasoning,
        };
        AddUnlessZero(written, "images", usage.Images);
        AddUnlessZero(written, "audio_ms", usage.AudioMs);
        AddUnlessZero(written, "characters", usage.Characters);
        return written;
    }

    // Receipts signed before these units existed have no such member and stay as they are.
    private static void AddUnlessZero(JsonObject written, string name, long amount)
    {
        if (amount != 0)
        {
            written[name] = amount;
        }
    }

    // RFC 3339, UTC, milliseconds.
    private static string Time(DateTimeOffset moment) =>
        moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
