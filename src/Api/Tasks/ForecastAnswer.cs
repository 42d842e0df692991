using System.Text.Json;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>What a forecast must have.</summary>
/// <param name="Ids">The series, in their order.</param>
/// <param name="Horizon">Points of each.</param>
/// <param name="Quantiles">Rising.</param>
/// <param name="Decision"><c>order</c>, <c>threshold</c>, or null.</param>
internal sealed record ForecastWish(
    IReadOnlyList<string> Ids, int Horizon, IReadOnlyList<string> Quantiles, string? Decision);

/// <summary>Reads an expert's forecasts and writes them in the order of the series. Points, quantiles, backtest and
/// advice are the expert's; that they are what was asked for is checked here.</summary>
internal static class ForecastAnswer
{
    /// <summary>Null where a series has no forecast or two, a point is missing or no number, quantiles cross, or advice
    /// is wanted and missing.</summary>
    /// <param name="body">The expert's answer.</param>
    /// <param name="wish">What it must have.</param>
    /// <param name="read">Values that it was given.</param>
    public static TaskAnswer? Read(ReadOnlyMemory<byte> body, ForecastWish wish, long read)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("data"u8, out var data)
            || data.ValueKind != JsonValueKind.Array || data.GetArrayLength() != wish.Ids.Count)
        {
            return null;
        }

        var byId = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var one in data.EnumerateArray())
        {
            if (!byId.TryAdd(one.GetProperty("id"u8).GetString() ?? "", one) || !Fits(one, wish))
            {
                return null;
            }
        }

        return wish.Ids.All(byId.ContainsKey)
            ? new(JsonBytes.Write(writer => Write(writer, wish, byId)), read)
            {
                Units = new(0, 0, (long)wish.Ids.Count * wish.Horizon, 0),
            }
            : null;
    }

    private static bool Fits(JsonElement forecast, ForecastWish wish)
    {
        if (!IsRow(forecast, "points", wish.Horizon, double.NegativeInfinity, double.PositiveInfinity)
            || !HasAdvice(forecast, wish) || !HasBacktest(forecast))
        {
            return false;
        }

        if (wish.Quantiles.Count == 0)
        {
            return true;
        }

        var quantiles = forecast.GetProperty("quantiles"u8);
        var last = new double[wish.Horizon];
        Array.Fill(last, double.NegativeInfinity);
        return wish.Quantiles.All(name =>
            IsRow(quantiles, name, wish.Horizon, double.NegativeInfinity, double.PositiveInfinity)
            && RisesAbove(last, quantiles.GetProperty(name)));
    }

    private static bool RisesAbove(double[] last, JsonElement row)
    {
        for (var i = 0; i < last.Length; i++)
        {
            var value = row[i].GetDouble();
            if (value < last[i])
            {
                return false;
            }

            last[i] = value;
        }

        return true;
    }

    private static bool HasAdvice(JsonElement forecast, ForecastWish wish) => wish.Decision switch
    {
        null => true,
        "order" => forecast.TryGetProperty("advice"u8, out var advice)
            && IsRow(advice, "amounts", wish.Horizon, double.NegativeInfinity, double.PositiveInfinity)
            && IsCost(advice),
        _ => forecast.TryGetProperty("advice"u8, out var advice)
            && IsRow(advice, "probabilities", wish.Horizon, 0, 1),
    };

    private static bool IsCost(JsonElement advice) =>
        advice.TryGetProperty("expected_cost"u8, out var cost) && IsNumber(cost, 0, double.PositiveInfinity);

    // What has not been tried on the past has no figure, and says so.
    private static bool HasBacktest(JsonElement forecast) =>
        !forecast.TryGetProperty("backtest"u8, out var backtest) || backtest.ValueKind == JsonValueKind.Null
        || IsNumber(backtest.GetProperty("mase"u8), 0, double.PositiveInfinity);

    private static bool IsRow(JsonElement value, string name, int length, double least, double most) =>
        value.TryGetProperty(name, out var row) && row.ValueKind == JsonValueKind.Array
        && row.GetArrayLength() == length && row.EnumerateArray().All(number => IsNumber(number, least, most));

    private static bool IsNumber(JsonElement value, double least, double most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
        && number >= least && number <= most;

    private static void Write(Utf8JsonWriter writer, ForecastWish wish, Dictionary<string, JsonElement> byId)
    {
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        foreach (var id in wish.Ids)
        {
            var forecast = byId[id];
            writer.WriteStartObject();
            writer.WriteString("object"u8, "forecast"u8);
            writer.WriteString("id"u8, id);
            writer.WritePropertyName("points"u8);
            forecast.GetProperty("points"u8).WriteTo(writer);
            WriteQuantiles(writer, forecast, wish);
            WriteBacktest(writer, forecast);
            WriteAdvice(writer, forecast, wish.Decision);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteQuantiles(Utf8JsonWriter writer, JsonElement forecast, ForecastWish wish)
    {
        if (wish.Quantiles.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("quantiles"u8);
        foreach (var name in wish.Quantiles)
        {
            writer.WritePropertyName(name);
            forecast.GetProperty("quantiles"u8).GetProperty(name).WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteBacktest(Utf8JsonWriter writer, JsonElement forecast)
    {
        if (!forecast.TryGetProperty("backtest"u8, out var backtest) || backtest.ValueKind == JsonValueKind.Null)
        {
            writer.WriteNull("backtest"u8);
            return;
        }

        writer.WriteStartObject("backtest"u8);
        writer.WriteNumber("mase"u8, backtest.GetProperty("mase"u8).GetDouble());
        writer.WriteEndObject();
    }

    private static void WriteAdvice(Utf8JsonWriter writer, JsonElement forecast, string? decision)
    {
        if (decision is null)
        {
            return;
        }

        var (advice, name) = (forecast.GetProperty("advice"u8), decision == "order" ? "amounts" : "probabilities");
        writer.WriteStartObject("advice"u8);
        writer.WriteString("kind"u8, decision);
        writer.WritePropertyName(name);
        advice.GetProperty(name).WriteTo(writer);
        if (IsCost(advice))
        {
            writer.WriteNumber("expected_cost"u8, advice.GetProperty("expected_cost"u8).GetDouble());
        }

        writer.WriteEndObject();
    }
}
