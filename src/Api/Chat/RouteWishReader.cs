using System.Text.Json;
using Gateway.Api.OpenAi;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>Reads the <c>routing</c> object. It is ours alone, so an unknown member is refused.</summary>
internal static class RouteWishReader
{
    private const int MaxNames = 64;
    private const int MaxNameLength = 128;
    private const string Path = "routing";

    public static RouteWish Read(JsonElement routing)
    {
        if (routing.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType(Path, "an object");
        }

        var wish = RouteWish.None;
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
        "experts" => FieldReader.Integer(value, $"{Path}.experts", 1, 8) == 1
            ? wish
            : throw FieldReader.Unsupported($"{Path}.experts", "'routing.experts' above 1 needs a strategy of several "
                + "experts, which this version does not have."),
        _ => throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
            $"'{Path}.{FieldReader.Shown(name)}' is not a member of routing.", $"{Path}.{FieldReader.Shown(name)}")),
    };

    private static Strategy ReadStrategy(JsonElement value) => FieldReader.Text(value, $"{Path}.strategy", 16) switch
    {
        "best" => Strategy.Best,
        "fastest" or "cheapest" or "vote" or "best_of" or "compose" => throw new RefusedException(OpenAiError.Invalid(
            "unsupported_value", "This version knows only the strategy best.", $"{Path}.strategy")),
        _ => throw FieldReader.OutOfRange($"{Path}.strategy", "best"),
    };

    private static Privacy ReadPrivacy(JsonElement value) => FieldReader.Text(value, $"{Path}.privacy", 16) switch
    {
        "any" => Privacy.Any,
        "bonded" => Privacy.Bonded,
        "tee" => Privacy.Tee,
        "local" => Privacy.Local,
        _ => throw FieldReader.OutOfRange($"{Path}.privacy", "any, bonded, tee, local"),
    };

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
