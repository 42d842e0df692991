using System.Globalization;
using System.Text.Json;
using Gateway.Api.Chat;

namespace Gateway.Api.Tasks;

/// <summary>A series to be continued: its name, and how many values it has, gaps included.</summary>
internal sealed record ForecastSeries(string Id, int Count)
{
    private const int MaxSeries = 64;
    private const int MaxValues = 4096;
    private const int MaxName = 64;
    private const int MaxTime = 40;
    private const long MaxSeconds = 253_370_764_800; // 9999-01-01

    private static readonly string[] Steps = ["minute", "hour", "day", "week", "month", "quarter", "year"];

    public static List<ForecastSeries> ReadAll(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("series", "an array of objects");
        }

        if (value.GetArrayLength() is 0 or > MaxSeries)
        {
            throw FieldReader.OutOfRange("series", $"1 to {MaxSeries} series");
        }

        var all = new List<ForecastSeries>();
        foreach (var one in value.EnumerateArray())
        {
            var path = $"series[{all.Count}]";
            var series = Read(one, path);
            if (all.Exists(other => other.Id == series.Id))
            {
                throw FieldReader.OutOfRange($"{path}.id", "a name of its own");
            }

            all.Add(series);
        }

        return all;
    }

    /// <summary>A number that is one: 1e999 is none.</summary>
    public static double CheckNumber(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw FieldReader.WrongType(path, "a number");
        }

        return value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw FieldReader.OutOfRange(path, "a finite number");
    }

    private static ForecastSeries Read(JsonElement series, string path)
    {
        FieldReader.RefuseOthers(series, path, "id", "start", "step", "times", "values");
        var id = series.TryGetProperty("id"u8, out var name)
            ? FieldReader.Text(name, $"{path}.id", MaxName)
            : throw FieldReader.Missing($"{path}.id");
        if (id.Length == 0)
        {
            throw FieldReader.OutOfRange($"{path}.id", "a name that is not empty");
        }

        var count = ReadValues(series, $"{path}.values");
        CheckTimes(series, path, count);
        return new(id, count);
    }

    private static int ReadValues(JsonElement series, string path)
    {
        if (!series.TryGetProperty("values"u8, out var values))
        {
            throw FieldReader.Missing(path);
        }

        if (values.ValueKind != JsonValueKind.Array || values.GetArrayLength() is 0 or > MaxValues)
        {
            throw FieldReader.OutOfRange(path, $"an array of 1 to {MaxValues} numbers, null for a gap");
        }

        var (index, known) = (0, 0);
        foreach (var value in values.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Null)
            {
                CheckNumber(value, $"{path}[{index}]");
                known++;
            }

            index++;
        }

        return known > 0 ? index : throw FieldReader.OutOfRange(path, "at least one number that is no gap");
    }

    // Where it begins and how far apart its values lie; or the time of each.
    private static void CheckTimes(JsonElement series, string path, int count)
    {
        if (series.TryGetProperty("times"u8, out var times))
        {
            CheckEach(times, $"{path}.times", count);
            return;
        }

        if (series.TryGetProperty("start"u8, out var start))
        {
            Moment(start, $"{path}.start");
        }

        if (!series.TryGetProperty("step"u8, out var step))
        {
            return;
        }

        if (step.ValueKind == JsonValueKind.String)
        {
            if (!Steps.Contains(step.GetString()))
            {
                throw FieldReader.OutOfRange($"{path}.step", $"seconds, or {string.Join(", ", Steps)}");
            }
        }
        else
        {
            FieldReader.Integer(step, $"{path}.step", 1, MaxSeconds);
        }
    }

    private static void CheckEach(JsonElement times, string path, int count)
    {
        if (times.ValueKind != JsonValueKind.Array || times.GetArrayLength() != count)
        {
            throw FieldReader.OutOfRange(path, "a time for each value");
        }

        var (last, index) = (DateTimeOffset.MinValue, 0);
        foreach (var time in times.EnumerateArray())
        {
            var at = $"{path}[{index++}]";
            var moment = Moment(time, at);
            last = moment > last ? moment : throw FieldReader.OutOfRange(at, "later than the one before");
        }
    }

    private static DateTimeOffset Moment(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return DateTimeOffset.FromUnixTimeSeconds(FieldReader.Integer(value, path, -MaxSeconds / 10, MaxSeconds));
        }

        var text = FieldReader.Text(value, path, MaxTime);
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.RoundtripKind,
            out var moment)
            ? moment
            : throw FieldReader.OutOfRange(path, "a time as RFC 3339 has it, or Unix seconds");
    }
}
