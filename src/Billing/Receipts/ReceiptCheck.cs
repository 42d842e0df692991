using System.Text.Json;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Checks a receipt by itself, without the books: its signature, that the charge is usage times price, and
/// that what its experts delivered does not overlap.</summary>
public static class ReceiptCheck
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Whether a signature holds: key id, message, signature; null when the key is unknown.</summary>
    public delegate bool? Verifier(string keyId, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>Checks everything and returns what is wrong, a sentence each; empty when the receipt holds.</summary>
    /// <param name="json">The receipt as it was served, UTF-8.</param>
    /// <param name="verify">Checks an Ed25519 signature by a known key.</param>
    public static IReadOnlyList<string> Verify(ReadOnlyMemory<byte> json, Verifier verify)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var receipt = document.RootElement;
            SignedForm.RequireTypes(receipt);
            return [.. SignatureProblems(receipt, verify), .. ChargeProblems(receipt), .. DeliveryProblems(receipt)];
        }
        catch (Exception failure) when (
            failure is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return ["It is not a receipt: a member is missing or of another type."];
        }
        catch (Exception failure) when (failure is OverflowException or ArgumentOutOfRangeException)
        {
            return ["A number in it is out of range."];
        }
    }

    private static IEnumerable<string> SignatureProblems(JsonElement receipt, Verifier verify)
    {
        var keyId = receipt.GetProperty("kid").GetString() ?? "";
        var text = receipt.GetProperty("signature").GetString() ?? "";
        if (!SignedForm.TryReadBase64Url(text, out var signature))
        {
            yield return "The signature is not base64url.";
            yield break;
        }

        var message = Receipt.MessageOf(receipt);
        var holds = verify(keyId, message, signature);
        if (holds is null)
        {
            yield return $"The key '{keyId}' is unknown.";
        }
        else if (holds == false)
        {
            yield return "The signature does not fit: something in the receipt was changed.";
        }
    }

    private static IEnumerable<string> ChargeProblems(JsonElement receipt)
    {
        var cost = ExactCost.Zero;
        var charge = receipt.GetProperty("charge_nusd").GetInt64();
        var collected = receipt.GetProperty("outcome").GetString() != "uncollectible";
        foreach (var line in receipt.GetProperty("lines").EnumerateArray())
        {
            var before = cost.ToCharge();
            cost += CostOf(line);
            var part = collected ? (cost.ToCharge() - before).Value : 0;

            // The rounded sum's growth is a call's part; a receipt of one call has none beside the charge.
            if (line.TryGetProperty("charge_nusd", out var stated) && stated.GetInt64() != part)
            {
                yield return $"A call is charged {stated.GetInt64()} nUSD; its part is {part}.";
            }
        }

        var owed = collected ? cost.ToCharge().Value : 0;
        if (charge != owed)
        {
            yield return $"The charge is {charge} nUSD; usage times price is {owed}.";
        }
    }

    // A call that failed has no price, and may then have used nothing.
    private static ExactCost CostOf(JsonElement line)
    {
        var (prices, usage) = (line.GetProperty("prices"), ReadUsage(line.GetProperty("usage")));
        return prices.ValueKind != JsonValueKind.Null ? Prices(prices).Cost(usage)
            : usage == Usage.None ? ExactCost.Zero
            : throw new FormatException("A call without a price has a usage.");
    }

    // Of several calls each one's tokens are counted by themselves.
    private static IEnumerable<string> DeliveryProblems(JsonElement receipt)
    {
        JsonElement[] lines = [.. receipt.GetProperty("lines").EnumerateArray()];
        var attempts = receipt.GetProperty("attempts").EnumerateArray()
            .ToLookup(attempt => ReadOrZero(attempt, "line"));
        if (lines.Length <= 1)
        {
            return DeliveryProblems(receipt.GetProperty("usage"), attempts[0]);
        }

        var billed = lines.Sum(line => ReadUsage(line.GetProperty("usage")).Output);
        IEnumerable<string> sums = billed == ReadUsage(receipt.GetProperty("usage")).Output
            ? []
            : ["The usage is not the sum of its calls."];
        return [.. sums, .. lines.SelectMany((line, n) => DeliveryProblems(line.GetProperty("usage"), attempts[n]))];
    }

    private static IEnumerable<string> DeliveryProblems(JsonElement usage, IEnumerable<JsonElement> attempts)
    {
        var delivered = 0L;
        foreach (var attempt in attempts)
        {
            var (from, to) = (attempt.GetProperty("out_from").GetInt64(), attempt.GetProperty("out_to").GetInt64());
            if (from < 0 || to < from || (to > from && from < delivered))
            {
                yield return $"Output tokens {from} to {to} of an expert overlap others or run backwards.";
                yield break;
            }

            delivered = long.Max(delivered, to);
        }

        var billed = ReadUsage(usage).Output;
        if (billed > delivered)
        {
            yield return $"{billed} output tokens are billed, {delivered} were delivered.";
        }
    }

    private static ModelPrices Prices(JsonElement prices) => new(
        new(prices.GetProperty("input_pusd").GetInt64()),
        new(prices.GetProperty("cached_pusd").GetInt64()),
        new(prices.GetProperty("output_pusd").GetInt64()),
        new(prices.GetProperty("reasoning_pusd").GetInt64()))
    {
        Request = new(ReadOrZero(prices, "request_pusd")),
        Image = new(ReadOrZero(prices, "image_pusd")),
        AudioMs = new(ReadOrZero(prices, "audio_ms_pusd")),
        Character = new(ReadOrZero(prices, "character_pusd")),
    };

    private static Usage ReadUsage(JsonElement usage) => new(
        usage.GetProperty("input_tokens").GetInt64(),
        usage.GetProperty("cached_tokens").GetInt64(),
        usage.GetProperty("output_tokens").GetInt64(),
        usage.GetProperty("reasoning_tokens").GetInt64())
    {
        Images = ReadOrZero(usage, "images"),
        AudioMs = ReadOrZero(usage, "audio_ms"),
        Characters = ReadOrZero(usage, "characters"),
    };

    private static long ReadOrZero(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
