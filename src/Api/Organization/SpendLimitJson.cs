using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>A spend limit in JSON: OpenAI's <c>threshold_amount</c> in cents, or ours in nano-USD, and an
/// <c>interval</c>.</summary>
internal static class SpendLimitJson
{
    private const long NanosPerCent = 10_000_000;

    // A billion USD: far above any, and sums of it stay within 64 bits.
    private const long MaxNanos = 1_000_000_000_000_000_000;

    /// <summary>The members it has.</summary>
    public static readonly string[] Names = ["threshold_amount", "threshold_nusd", "interval", "currency"];

    /// <summary>Reads a limit from an object or from a body's own members.</summary>
    /// <param name="member">Gives a member, or null when it is absent.</param>
    /// <param name="path">Where the members stand, for messages: empty, or ending in a dot.</param>
    public static SpendLimit Read(Func<string, JsonElement?> member, string path)
    {
        if (member("currency") is { } currency && !currency.IsText("USD"))
        {
            throw FieldReader.OutOfRange(path + "currency", "USD");
        }

        var cents = member("threshold_amount") is { } amount
            ? FieldReader.Integer(amount, path + "threshold_amount", 0, MaxNanos / NanosPerCent) * NanosPerCent
            : (long?)null;
        var exact = member("threshold_nusd") is { } nanos
            ? FieldReader.Integer(nanos, path + "threshold_nusd", 0, MaxNanos)
            : (long?)null;
        if (cents is { } one && exact is { } other && one != other)
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_value",
                "'threshold_amount' and 'threshold_nusd' say different things. Send one.", path + "threshold_nusd"));
        }

        var cap = exact ?? cents ?? throw FieldReader.Missing(path + "threshold_amount");
        return new(new(cap), Period(member("interval"), path));
    }

    /// <summary>Reads a member that holds such an object.</summary>
    public static SpendLimit Read(JsonElement value, string name)
    {
        FieldReader.RefuseOthers(value, name, Names);
        return Read(
            member => value.TryGetProperty(member, out var found) && !FieldReader.IsAbsent(found) ? found : null,
            name + ".");
    }

    /// <summary>Writes the limit's members into the object under way.</summary>
    public static void Write(Utf8JsonWriter writer, SpendLimit limit)
    {
        writer.WriteString("currency"u8, "USD"u8);
        writer.WriteNumber("threshold_amount"u8, limit.Cap.Value / NanosPerCent);
        writer.WriteNumber("threshold_nusd"u8, limit.Cap.Value);
        writer.WriteString("interval"u8, SpendLimit.ToText(limit.Period));
    }

    private static BudgetPeriod Period(JsonElement? value, string path) => value is not { } interval
        ? BudgetPeriod.Month
        : SpendLimit.ParsePeriod(interval.ValueKind == JsonValueKind.String ? interval.GetString() : null)
            ?? throw FieldReader.OutOfRange(path + "interval", "day, week, month, total");

    private static bool IsText(this JsonElement value, string text) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}
