using Gateway.Router.Gating;
using Gateway.Router.Gating.Fitting;
using Gateway.Router.Tasks;

namespace Gateway.Bench.Route;

/// <summary>What a model's tokens cost, as the gate is told in production.</summary>
/// <param name="In">USD per input token.</param>
/// <param name="Out">USD per output token.</param>
internal readonly record struct TokenCost(double In, double Out)
{
    /// <summary>Output tokens that a call is reckoned with beforehand.</summary>
    public const double UsualOutput = 256;

    private const double CharactersPerToken = 4;

    /// <summary>Input tokens of a prompt.</summary>
    public static double InputOf(string prompt) => prompt.Length / CharactersPerToken;
}

/// <summary>The product's gate after it was told the scores of some rows: every model is a trusted expert, every row a
/// probe that all of them answered.</summary>
internal sealed class FittedGate
{
    private const ulong Key = 1;

    private readonly GateScratch _scratch = new();
    private readonly LiveView _live;
    private readonly int[] _columnOf;

    private FittedGate(GateSnapshot snapshot, int[] columnOf, Lens lens)
    {
        Snapshot = snapshot;
        Lens = lens;
        _columnOf = columnOf;
        _live = LiveView.Idle(snapshot.Count);
    }

    public GateSnapshot Snapshot { get; }

    public Lens Lens { get; }

    /// <summary>The column that is best by its mean over the fitted rows.</summary>
    public int Incumbent => Lens.Incumbent;

    /// <summary>Fits.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="models">How many columns.</param>
    /// <param name="prices">What a token costs, by column, or null when cost is unknown.</param>
    public static FittedGate Fit(IReadOnlyList<MatrixRow> rows, int models, TokenCost[]? prices)
    {
        var lens = LensFit.Fit(Probes(rows, models), Key);
        var book = new GateBook(new() { TrustClusters = false }, Guid.Empty);
        var numbers = book.SetMiners([.. Enumerable.Range(0, models).Select(model => new MinerFacts(
            new(-1, Name(model), 0, Name(model)), Name(model), null, prices?[model].In ?? 0,
            prices?[model].Out ?? 0))]);
        var columns = Array.ConvertAll(numbers, number => book.Miners[number].Model);
        foreach (var row in rows)
        {
            for (var model = 0; model < models; model++)
            {
                book.Apply(
                    new(numbers[model], TaskMix.Average, Split.Score(row, model), LabelWeight.Checked, 0.5, 0), 0);
            }
        }

        book.Lens = new(lens, columns);
        var columnOf = new int[book.Miners.Count];
        for (var model = 0; model < models; model++)
        {
            columnOf[numbers[model]] = model;
        }

        return new(book.Publish(0), columnOf, lens);
    }

    /// <summary>The column that the gate would ask, without noise.</summary>
    /// <param name="prompt">What is asked.</param>
    /// <param name="costWeight">L_c, points per USD.</param>
    public int Choose(string prompt, double costWeight)
    {
        var tradeoff = new Tradeoff(0, (float)costWeight, 0);
        var mix = PromptReader.Read(Snapshot, prompt, tradeoff, _scratch);
        return Choose(prompt, mix, tradeoff);
    }

    /// <summary>The choices of one prompt under many weights of cost: it is read once.</summary>
    public void Choose(string prompt, double[] costWeights, int[] columns)
    {
        var mix = PromptReader.Read(Snapshot, prompt, new(0, 1, 0), _scratch);
        for (var i = 0; i < costWeights.Length; i++)
        {
            columns[i] = Choose(prompt, mix, new(0, (float)costWeights[i], 0));
        }
    }

    /// <summary>What the gate expects of each column, after <see cref="Choose(string, double)"/>.</summary>
    public float[] Expected()
    {
        var expected = new float[_columnOf.Length];
        for (var slot = 0; slot < Snapshot.Count; slot++)
        {
            expected[_columnOf[Snapshot.Miners[slot]]] = _scratch.Scores[slot];
        }

        return expected;
    }

    private int Choose(string prompt, in TaskMix mix, Tradeoff tradeoff)
    {
        var query = new GateQuery(
            0, mix, tradeoff, (float)TokenCost.InputOf(prompt), (float)TokenCost.UsualOutput, MayExplore: false)
        {
            IsQuiet = true,
        };
        var decision = Scorer.Decide(Snapshot, query, _live, _scratch);
        return _columnOf[Snapshot.Miners[decision.Slot]];
    }

    private static string Name(int model) => $"model{model}";

    private static ProbeRows Probes(IReadOnlyList<MatrixRow> rows, int models)
    {
        var probes = new ProbeRows(models, InverseFrequency.Of([.. rows.Select(row => row.Prompt)]));
        var buffer = new FeatureBuffer();
        foreach (var row in rows)
        {
            FeatureHasher.Count(row.Prompt, buffer);
            buffer.Weigh(probes.Idf);
            probes.Add(buffer, row.Scores);
        }

        return probes;
    }
}
