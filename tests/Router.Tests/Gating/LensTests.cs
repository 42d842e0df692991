using Gateway.Router.Gating.Fitting;
using Gateway.Router.Tasks;

namespace Gateway.Router.Tests.Gating;

public sealed class LensTests
{
    private const int Rows = 1200;

    private static readonly string[] Topics =
    [
        "integral of the function derivative number sum solve equation",
        "poem about the sea sonnet rhyme verse love story character",
        "patient symptom disease treatment doctor medicine blood cell",
    ];

    [Fact]
    public void A_lens_finds_who_is_good_at_what_and_passes_the_switch()
    {
        var lens = LensFit.Fit(Probes(isReal: true, [0, 1, 2, 3]), key: 1);

        Assert.True(lens.Adopted.Cluster > 0);
        Assert.True(lens.Bound > 0.05);
        for (var topic = 0; topic < Topics.Length; topic++)
        {
            Assert.Equal(topic, Choose(lens, Prompt(topic, new(99))));
        }
    }

    [Fact]
    public void Without_a_pattern_the_choice_is_exactly_the_best_single_model()
    {
        for (var key = 1UL; key <= 5; key++)
        {
            var lens = LensFit.Fit(Probes(isReal: false, [0, 1, 2, 3]), key);

            Assert.Equal(default, lens.Adopted);
            Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(lens.Incumbent, Choose(lens, Prompt(i % 3, new(i)))));
        }
    }

    [Fact]
    public void Permuted_columns_give_the_permuted_choice()
    {
        int[] order = [2, 0, 3, 1];
        var (plain, permuted) = (
            LensFit.Fit(Probes(isReal: true, [0, 1, 2, 3]), key: 1), LensFit.Fit(Probes(isReal: true, order), key: 1));

        Assert.Equal(plain.Adopted, permuted.Adopted);
        for (var i = 0; i < 100; i++)
        {
            var prompt = Prompt(i % 3, new(1000 + i));
            Assert.Equal(Choose(plain, prompt), order[Choose(permuted, prompt)]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_few_rows_or_one_model_leave_the_means(int rows)
    {
        var few = new ProbeRows(rows == 1 ? 3 : 1, InverseFrequency.None);
        var buffer = new FeatureBuffer();
        for (var i = 0; i < rows; i++)
        {
            FeatureHasher.Count("hello", buffer);
            buffer.Weigh(few.Idf);
            few.Add(buffer, [0.5f, 1, float.NaN]);
        }

        var lens = LensFit.Fit(few, key: 1);

        Assert.Equal(default, lens.Adopted);
        Assert.Equal(rows == 1 ? 1 : 0, lens.Incumbent);
    }

    [Fact]
    public void Ridge_weights_solve_the_normal_equations()
    {
        var matrix = new FeatureMatrix();
        var buffer = new FeatureBuffer();
        string[] prompts = ["red", "blue", "red"];
        foreach (var prompt in prompts)
        {
            FeatureHasher.Count(prompt, buffer);
            buffer.Weigh(InverseFrequency.None);
            matrix.Add(buffer);
        }

        var stride = ProbeRows.StrideOf(1);
        var targets = new float[3 * stride];
        (targets[0], targets[stride], targets[2 * stride]) = (1, -1, 1);
        var fit = new RidgeFit(matrix, stride);
        var predicted = fit.Predict(fit.Fit([true, true, true], targets, lambda: 2));

        // Two equal rows of unit length and a nearly orthogonal one: 2/(2 + 2) and 1/(1 + 2).
        Assert.Equal(0.5f, predicted[0], 0.02f);
        Assert.Equal(-1 / 3f, predicted[stride], 0.02f);
    }

    private static int Choose(Lens lens, string prompt)
    {
        var buffer = new FeatureBuffer();
        FeatureHasher.Count(prompt, buffer);
        buffer.Weigh(lens.Idf);
        var scores = new float[lens.Stride];
        lens.Predict(buffer, lens.Adopted, scores);
        return LensChoice.Of(scores.AsSpan(0, lens.Models), lens.Incumbent);
    }

    private static string Prompt(int topic, Random random)
    {
        var words = Topics[topic].Split(' ');
        return string.Join(' ', Enumerable.Range(0, 12).Select(_ => words[random.Next(words.Length)]));
    }

    // Models 0 to 2 are each good at one topic, model 3 is fair at all; or all differ by chance alone.
    private static ProbeRows Probes(bool isReal, int[] order)
    {
        var random = new Random(7);
        var prompts = Enumerable.Range(0, Rows).Select(row => Prompt(row % 3, random)).ToArray();
        var rows = new ProbeRows(order.Length, InverseFrequency.Of(prompts));
        var buffer = new FeatureBuffer();
        for (var row = 0; row < Rows; row++)
        {
            FeatureHasher.Count(prompts[row], buffer);
            buffer.Weigh(rows.Idf);
            var chances = Enumerable.Range(0, order.Length)
                .Select(model => !isReal ? 0.5 : model == 3 ? 0.6 : model == row % 3 ? 0.95 : 0.3);
            var scores = chances.Select(chance => random.NextDouble() < chance ? 1f : 0).ToArray();
            rows.Add(buffer, Array.ConvertAll(order, model => scores[model]));
        }

        return rows;
    }
}
