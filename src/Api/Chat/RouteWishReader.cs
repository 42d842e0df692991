using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.ChainBridge;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Reads the <c>routing</c> object. It is ours alone, so an unknown member is refused.</summary>
internal static class RouteWishReader
{
    private const int MaxNames = 64;
    private const int MaxNameLength = 128;
    private const int MostExperts = 8;
    private const long MostMilliseconds = 600_000;
    private const string Path = "routing";

    /// <summary>The longest that a key keeps, in characters.</summary>
    public const int MaxStored = 4096;

    /// <summary>A key's own wishes, which were good when they were stored.</summary>
    public static RouteWish ReadStored(string? text)
    {
        if (text is null)
        {
            return RouteWish.None;
        }

        using var document = JsonDocument.Parse(text);
        return Read(document.RootElement);
    }

    /// <param name="routing">The object.</param>
    /// <param name="below">What holds where it says nothing; null: what is usual.</param>
    public static RouteWish Read(JsonElement routing, RouteWish? below = null)
    {
        if (routing.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(Path, "an object");
        }

        var wish = below ?? RouteWish.None;
        foreach (var member in routing.EnumerateObject().Where(member => !FieldReader.IsAbsent(member.Value)))
        {
            wish = Apply(wish, member.Name, member.Value);
        }

        return wish;
    }

    private static RouteWish Apply(RouteWish wish, string name, JsonElement value) => name switch
    {
        "strategy" => wish with { Strategy = ReadStrategy(value) },
        "only" => wish with { Only = ReadNames(value, $"{Path}.only") },
        "exclude" => wish with { Exclude = ReadNames(value, $"{Path}.exclude") },
        "privacy" => wish with { Privacy = ReadPrivacy(value) },
        "fallback" => wish with { Fallback = FieldReader.Flag(value, $"{Path}.fallback") },
        "experts" => wish with { Experts = (int)FieldReader.Integer(value, $"{Path}.experts", 1, MostExperts) },
        "models" => wish with { Models = ReadModels(value) },
        "max_price" => ReadMaxPrice(wish, value),
        "max_ttft_ms" => wish with
        {
            MaxTtft = TimeSpan.FromMilliseconds(
                FieldReader.Integer(value, $"{Path}.max_ttft_ms", 1, MostMilliseconds)),
        },
        "explore" => wish with { Explore = FieldReader.Flag(value, $"{Path}.explore") },
        "explain" => wish with { Explain = FieldReader.Flag(value, $"{Path}.explain") },
        _ => throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
            $"'{Path}.{FieldReader.Shown(name)}' is not a member of routing.", $"{Path}.{FieldReader.Shown(name)}")),
    };

    private static Strategy ReadStrategy(JsonElement value) =>
        StrategyNames.TryParse(FieldReader.Text(value, $"{Path}.strategy", 16), out var strategy)
            ? strategy
            : throw FieldReader.OutOfRange($"{Path}.strategy", StrategyNames.Allowed);

    private static ModelId[] ReadModels(JsonElement value) =>
    [
        .. ReadNames(value, $"{Path}.models").Select((name, i) => ModelId.IsValid(name)
            ? new ModelId(name)
            : throw FieldReader.OutOfRange($"{Path}.models[{i}]", "a model's id from GET /v1/models")),
    ];

    private static RouteWish ReadMaxPrice(RouteWish wish, JsonElement value)
    {
        FieldReader.RefuseOthers(value, $"{Path}.max_price", "input", "output");
        return wish with
        {
            MaxInputPrice = ReadPrice(value, "input"),
            MaxOutputPrice = ReadPrice(value, "output"),
        };
    }

    private static TokenPrice? ReadPrice(JsonElement prices, string name)
    {
        if (!prices.TryGetProperty(name, out var value) || FieldReader.IsAbsent(value))
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return TokenPrice.TryParseUsdPerMillion(text, out var price)
            ? price
            : throw FieldReader.OutOfRange(
                $"{Path}.max_price.{name}", "USD per million tokens, 0 to 10000, at most 6 decimals");
    }

    private static Privacy ReadPrivacy(JsonElement value) =>
        Hosting.StaticUpstream.PrivacyOf(FieldReader.Text(value, $"{Path}.privacy", 16))
            ?? throw FieldReader.OutOfRange($"{Path}.privacy", "any, bonded, tee, local");

    private static List<string> ReadNames(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType(path, "an array of names");
        }

        if (value.GetArrayLength() > MaxNames)
        {
            throw FieldReader.OutOfRange(path, $"at most {MaxNames} names");
        }

        return [.. value.EnumerateArray().Select((name, i) => ReadName(name, $"{path}[{i}]"))];
    }

    // An address has a checksum, so a mistyped one is told here; the names of experts are the router's to know.
    private static string ReadName(JsonElement value, string path)
    {
        var name = FieldReader.Text(value, path, MaxNameLength);
        return RouteWish.IsHotkey(name) && ChainAddress.Problem(name) is { } problem
            ? throw FieldReader.OutOfRange(path, $"an expert's name, a subnet such as sn4, or a hotkey. {problem}")
            : name;
    }
}
