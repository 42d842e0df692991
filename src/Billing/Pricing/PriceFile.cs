using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The JSON form of a price book. Prices are decimal text, so that no reader makes a floating point number of
/// them.</summary>
internal static class PriceFile
{
    /// <summary>Beyond that it is not a price book.</summary>
    internal const int MaxModels = 10_000;

    private const string Currency = "USD";
    private const string ModelsMember = "models";
    private const string CurrencyMember = "currency";
    private const string ShareMember = "miner_share_ppm";
    private const int MaxShare = 1_000_000;

    private delegate bool Parser(ReadOnlySpan<char> text, out TokenPrice price);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Input and output must stand in the file: nothing is free by being forgotten.
    private static readonly Column[] Columns =
    [
        new("input_per_million_tokens", TokenPrice.TryParseUsdPerMillion, price => price.ToUsdPerMillion(),
            prices => prices.Input, null),
        new("cached_per_million_tokens", TokenPrice.TryParseUsdPerMillion, price => price.ToUsdPerMillion(),
            prices => prices.Cached, "input_per_million_tokens"),
        new("output_per_million_tokens", TokenPrice.TryParseUsdPerMillion, price => price.ToUsdPerMillion(),
            prices => prices.Output, null),
        new("reasoning_per_million_tokens", TokenPrice.TryParseUsdPerMillion, price => price.ToUsdPerMillion(),
            prices => prices.Reasoning, "output_per_million_tokens"),
        new("per_request", TokenPrice.TryParseUsdPerUnit, price => price.ToUsdPerToken(),
            prices => prices.Request, ""),
        new("per_image", TokenPrice.TryParseUsdPerUnit, price => price.ToUsdPerToken(), prices => prices.Image, ""),
        new("per_audio_second", TokenPrice.TryParseUsdPerThousand, price => price.ToUsdPerThousand(),
            prices => prices.AudioMs, ""),
        new("per_character", TokenPrice.TryParseUsdPerUnit, price => price.ToUsdPerToken(),
            prices => prices.Character, ""),
    ];

    /// <summary>The whole book as a file, models in the order of their names; the same book gives the same
    /// bytes.</summary>
    internal static string Write(IEnumerable<PriceEntry> entries)
    {
        var models = new JsonObject();
        foreach (var entry in entries.OrderBy(entry => entry.Model.Value, StringComparer.Ordinal))
        {
            models[entry.Model.Value] = Write(entry);
        }

        return new JsonObject { [CurrencyMember] = Currency, [ModelsMember] = models }.ToJsonString(Readable) + "\n";
    }

    /// <summary>One line of an entry for the record of changes.</summary>
    internal static string Line(PriceEntry entry) => Write(entry).ToJsonString();

    /// <summary>Reads a file; every error names its JSON path, and with any error there are no entries.</summary>
    internal static IReadOnlyList<PriceEntry> Read(ReadOnlyMemory<byte> json, List<string> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var entries = ReadRoot(document.RootElement, errors);
            return errors.Count == 0 ? entries : [];
        }
        catch (JsonException failure)
        {
            errors.Add($"$: not valid JSON, or a member stands twice (line {failure.LineNumber + 1})");
            return [];
        }
    }

    /// <summary>What all price columns of an entry are, by the names that a file has for them.</summary>
    internal static IEnumerable<(string Name, TokenPrice Price)> Parts(ModelPrices prices) =>
        Columns.Select(column => (column.Name, column.Of(prices)));

    private static JsonObject Write(PriceEntry entry)
    {
        var written = new JsonObject();
        foreach (var column in Columns)
        {
            written[column.Name] = column.Format(column.Of(entry.Prices));
        }

        written[ShareMember] = entry.SharePpm;
        return written;
    }

    private static List<PriceEntry> ReadRoot(JsonElement root, List<string> errors)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            errors.Add("$: must be an object");
            return [];
        }

        errors.AddRange(root.EnumerateObject()
            .Where(member => member.Name is not (CurrencyMember or ModelsMember))
            .Select(member => $"{Path("$", member.Name)}: not a member of a price file"));
        if (!root.TryGetProperty(CurrencyMember, out var currency)
            || currency.ValueKind != JsonValueKind.String || currency.GetString() != Currency)
        {
            errors.Add($"$.{CurrencyMember}: must be \"{Currency}\"");
        }

        if (!root.TryGetProperty(ModelsMember, out var models) || models.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"$.{ModelsMember}: must be an object of models by name");
            return [];
        }

        if (models.GetPropertyCount() > MaxModels)
        {
            errors.Add($"$.{ModelsMember}: at most {MaxModels} models");
            return [];
        }

        return [.. models.EnumerateObject().Select(model => ReadModel(model, errors))];
    }

    private static PriceEntry ReadModel(JsonProperty model, List<string> errors)
    {
        var path = Path("$." + ModelsMember, model.Name);
        if (!ModelId.IsValid(model.Name) || model.Name == ModelId.Auto.Value)
        {
            errors.Add($"{path}: not a model's name (1 to {ModelId.MaxLength} printable ASCII characters, not 'auto')");
        }

        if (model.Value.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{path}: must be an object of prices");
            return new(default, default, 0);
        }

        errors.AddRange(model.Value.EnumerateObject()
            .Where(member => member.Name != ShareMember && !Columns.Any(column => column.Name == member.Name))
            .Select(member => $"{Path(path, member.Name)}: not a price"));
        var read = Columns.ToDictionary(column => column.Name, column => ReadPrice(model.Value, column, path, errors));
        var prices = new ModelPrices(
            read[Columns[0].Name], read[Columns[1].Name], read[Columns[2].Name], read[Columns[3].Name])
        {
            Request = read[Columns[4].Name],
            Image = read[Columns[5].Name],
            AudioMs = read[Columns[6].Name],
            Character = read[Columns[7].Name],
        };
        return new(new(model.Name), prices, ReadShare(model.Value, path, errors));
    }

    private static TokenPrice ReadPrice(JsonElement model, Column column, string path, List<string> errors)
    {
        if (!model.TryGetProperty(column.Name, out var value))
        {
            if (column.Default is null)
            {
                errors.Add($"{path}.{column.Name}: missing");
                return default;
            }

            // What is wrong with the column that stands for it has been said there.
            return column.Default.Length == 0
                ? TokenPrice.Zero
                : ReadPrice(model, Columns.First(other => other.Name == column.Default), path, []);
        }

        if (value.ValueKind != JsonValueKind.String || !column.Parse(value.GetString(), out var price))
        {
            errors.Add($"{path}.{column.Name}: must be decimal text such as \"0.02\", in quotes, from 0 to "
                + $"{column.Format(new(column.Limit))} USD, at most {column.Decimals} decimals");
            return default;
        }

        return price;
    }

    private static int ReadShare(JsonElement model, string path, List<string> errors)
    {
        if (!model.TryGetProperty(ShareMember, out var value))
        {
            return SeedPrice.SharePpm;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var share)
            && share is >= 0 and <= MaxShare)
        {
            return share;
        }

        errors.Add($"{path}.{ShareMember}: must be a whole number from 0 to {MaxShare}");
        return 0;
    }

    // RFC 9535: a name that is no plain word stands in brackets and quotes.
    private static string Path(string parent, string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? $"{parent}.{name}"
            : $"{parent}['{Escape(name)}']";

    private static string Escape(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            _ = c is '\'' or '\\' ? text.Append('\\').Append(c)
                : char.IsControl(c) ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>A price of a file: its name, its two directions, and what stands for it where it is missing: nothing
    /// may (null), zero (empty), or another column.</summary>
    private sealed record Column(
        string Name, Parser Parse, Func<TokenPrice, string> Format, Func<ModelPrices, TokenPrice> Of, string? Default)
    {
        internal bool IsToken => Name.EndsWith("tokens", StringComparison.Ordinal);

        internal long Limit => IsToken ? TokenPrice.MaxPicoUsd : TokenPrice.MaxUnitPicoUsd;

        internal int Decimals => IsToken ? 6 : Name == "per_audio_second" ? 9 : 12;
    }
}
