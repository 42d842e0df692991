using System.Globalization;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/forecasts, a shape of our own. A value that is read is one token of input, a point that is
/// forecast, with its quantiles, one token of output.</summary>
internal sealed class ForecastsShape() : TaskShape(ThePath)
{
    public const string ThePath = "/v1/forecasts";

    private const int MaxHorizon = 512;
    private const int MaxQuantiles = 19;
    private const int MaxCovariates = 16;
    private const int MaxName = 64;
    private const long BytesBeside = 64 * 1024;
    private const long BytesPerNumber = 32;

    public static ForecastsShape Instance { get; } = new();

    protected override TaskOrder Read(JsonElement root, TaskRequest task)
    {
        var fields = new Fields(task);
        task.ReadAll(root, fields.Take);
        var series = fields.Series ?? throw FieldReader.Missing("series");
        var horizon = fields.Horizon ?? throw FieldReader.Missing("horizon");
        var read = series.Sum(one => one.Count) + fields.CheckCovariates(series, horizon);
        var wish = new ForecastWish(
            [.. series.Select(one => one.Id)], horizon, fields.Quantiles, fields.Decision);
        long points = series.Count * horizon;
        return new(ModelTask.Forecast, new(0, read),
            new("forecasts", answer => ForecastAnswer.Read(answer, wish, read))
            {
                MaxBytes = BytesBeside + (points * (2 + fields.Quantiles.Count) * BytesPerNumber),
                Most = Usage.None with { Output = points },
            });
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(TaskRequest task)
    {
        private JsonElement _covariates;

        public List<ForecastSeries>? Series { get; private set; }

        public int? Horizon { get; private set; }

        public List<string> Quantiles { get; } = [];

        public string? Decision { get; private set; }

        public bool Take(string name, JsonElement value)
        {
            switch (name)
            {
                case "series":
                    Series = ForecastSeries.ReadAll(value);
                    break;
                case "horizon":
                    Horizon = (int)FieldReader.Integer(value, name, 1, MaxHorizon);
                    break;
                case "quantiles":
                    ReadQuantiles(value);
                    break;
                case "covariates":
                    _covariates = value;
                    break;
                case "decision":
                    ReadDecision(value);
                    break;
                default:
                    return false;
            }

            task.Copy(name, value);
            return true;
        }

        /// <summary>Covariates are known ahead: a value for each of a series' own and of its forecast points. Counts
        /// them.</summary>
        public long CheckCovariates(List<ForecastSeries> series, int horizon)
        {
            if (_covariates.ValueKind == JsonValueKind.Undefined)
            {
                return 0;
            }

            if (_covariates.ValueKind != JsonValueKind.Array || _covariates.GetArrayLength() > MaxCovariates)
            {
                throw FieldReader.WrongType("covariates", $"an array of at most {MaxCovariates} objects");
            }

            var (index, count) = (0, 0L);
            foreach (var one in _covariates.EnumerateArray())
            {
                count += CheckCovariate(one, $"covariates[{index++}]", series, horizon);
            }

            return count;
        }

        private static long CheckCovariate(
            JsonElement covariate, string path, List<ForecastSeries> series, int horizon)
        {
            FieldReader.RefuseOthers(covariate, path, "name", "series", "values");
            FieldReader.Text(Member(covariate, path, "name"), $"{path}.name", MaxName);
            var id = FieldReader.Text(Member(covariate, path, "series"), $"{path}.series", MaxName);
            var of = series.Find(one => one.Id == id)
                ?? throw FieldReader.OutOfRange($"{path}.series", "the id of a series");
            var values = Member(covariate, path, "values");
            var count = of.Count + horizon;
            if (values.ValueKind != JsonValueKind.Array || values.GetArrayLength() != count)
            {
                throw FieldReader.OutOfRange(
                    $"{path}.values", $"{count} numbers: one for each value of the series and each forecast point");
            }

            var index = 0;
            foreach (var value in values.EnumerateArray())
            {
                ForecastSeries.CheckNumber(value, $"{path}.values[{index++}]");
            }

            return count;
        }

        private void ReadQuantiles(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MaxQuantiles)
            {
                throw FieldReader.WrongType("quantiles", $"an array of 1 to {MaxQuantiles} numbers");
            }

            var (last, index) = (0.0, 0);
            foreach (var one in value.EnumerateArray())
            {
                var path = $"quantiles[{index++}]";
                var quantile = ForecastSeries.CheckNumber(one, path);
                if (!(quantile > last && quantile < 1))
                {
                    throw FieldReader.OutOfRange(path, "above 0, below 1, and rising");
                }

                last = quantile;
                Quantiles.Add(quantile.ToString(CultureInfo.InvariantCulture));
            }
        }

        private void ReadDecision(JsonElement value)
        {
            const string Path = "decision";
            if (value.ValueKind != JsonValueKind.Object)
            {
                throw FieldReader.WrongType(Path, "an object");
            }

            Decision = FieldReader.Text(Member(value, Path, "kind"), "decision.kind", MaxName);
            switch (Decision)
            {
                case "order":
                    FieldReader.RefuseOthers(value, Path, "kind", "under_cost", "over_cost");
                    if (Cost(value, "under_cost") + Cost(value, "over_cost") <= 0)
                    {
                        throw FieldReader.OutOfRange("decision.under_cost", "one cost above 0");
                    }

                    break;
                case "threshold":
                    FieldReader.RefuseOthers(value, Path, "kind", "value");
                    ForecastSeries.CheckNumber(Member(value, Path, "value"), "decision.value");
                    break;
                default:
                    throw FieldReader.OutOfRange("decision.kind", "order, threshold");
            }
        }

        private static double Cost(JsonElement decision, string name)
        {
            var cost = ForecastSeries.CheckNumber(Member(decision, "decision", name), $"decision.{name}");
            return cost >= 0 ? cost : throw FieldReader.OutOfRange($"decision.{name}", "0 or more");
        }

        private static JsonElement Member(JsonElement value, string path, string name) =>
            value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
                ? member
                : throw FieldReader.Missing($"{path}.{name}");
    }
}
