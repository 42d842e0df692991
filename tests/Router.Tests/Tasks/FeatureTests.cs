using Gateway.Router.Tasks;

namespace Gateway.Router.Tests.Tasks;

public sealed class FeatureTests
{
    [Theory]
    [InlineData("How many eggs?", "HOW MANY EGGS?")]
    [InlineData("How many eggs?", "How  many \n\t eggs?")]
    [InlineData("I have 17 eggs", "I have 23 eggs")]
    [InlineData("How many eggs?", "Hello, could you please help me with this? How many eggs?")]
    [InlineData("How many eggs?", "Good morning! Please answer the following question: How many eggs?")]
    [InlineData("¿Cuántos huevos?", "¡Hola! Por favor, ¿puedes ayudarme con esto? ¿Cuántos huevos?")]
    public void Trivial_edits_change_no_feature(string left, string right) =>
        Assert.Equal(Features(left), Features(right));

    [Theory]
    [InlineData("Hello!")]
    [InlineData("Can you help me?")]
    [InlineData("Explain this: eggs")]
    [InlineData("Please help me boil eggs. How?")]
    public void What_is_more_than_courtesy_is_read(string prompt) =>
        Assert.Equal(prompt, Courtesy.Skip(prompt).ToString());

    [Fact]
    public void A_passage_and_a_question_of_the_same_words_differ_in_shape_alone()
    {
        var (one, many) = (Features("eggs eggs eggs?"), Features(string.Concat(Enumerable.Repeat("eggs eggs. ", 60))));
        var (brief, lengthy) = (Shapes(one), Shapes(many));

        Assert.NotEqual(brief, lengthy);
        Assert.Equal(FeatureBuffer.ShapeShare, brief.Values.Sum(weight => weight * weight), 1e-3f);
        Assert.Equal(FeatureBuffer.ShapeShare, lengthy.Values.Sum(weight => weight * weight), 1e-3f);
    }

    [Fact]
    public void A_letter_more_moves_a_shape_a_little()
    {
        for (var length = 1; length < 3000; length++)
        {
            var left = Shapes(Features(new string('a', length)));
            var right = Shapes(Features(new string('a', length + 1)));
            var cosine = left.Sum(pair => pair.Value * right.GetValueOrDefault(pair.Key)) / FeatureBuffer.ShapeShare;

            Assert.True(cosine > (length < 16 ? 0.9f : 0.98f), $"{length}: {cosine}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\ud800")]
    [InlineData("\udc00a\ud800b")]
    public void Odd_prompts_have_features_of_unit_or_no_length(string prompt)
    {
        var length = Features(prompt).Values.Sum(weight => weight * weight);

        Assert.True(length is 0 or > 0.999f and < 1.001f, $"{length}");
    }

    [Fact]
    public void Four_megabytes_of_one_letter_are_read_only_at_the_start()
    {
        var started = Features(new string('a', FeatureHasher.ReadCharacters));

        Assert.Equal(started, Features(new string('a', 4_000_000)));
    }

    [Fact]
    public void A_buffer_forgets_the_last_prompt()
    {
        var buffer = new FeatureBuffer();
        FeatureHasher.Count("something else entirely", buffer);
        FeatureHasher.Count("eggs", buffer);
        buffer.Weigh(InverseFrequency.None);

        Assert.Equal(Features("eggs"), Read(buffer));
    }

    [Fact]
    public void Reading_a_prompt_allocates_nothing()
    {
        var (buffer, clusters) = (new FeatureBuffer(), Clusters(200, 1));
        var prompt = Prompt(1, new(1));
        clusters.Place(prompt, buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            clusters.Place(prompt, buffer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Clusters_keep_topics_apart_without_labels()
    {
        var clusters = Clusters(400, 1);
        var buffer = new FeatureBuffer();
        var random = new Random(5);
        var owners = new Dictionary<int, HashSet<int>>();
        for (var i = 0; i < 300; i++)
        {
            var cluster = clusters.Place(Prompt(i % 3, random), buffer).Cluster(0);
            (owners.TryGetValue(cluster, out var topics) ? topics : owners[cluster] = []).Add(i % 3);
        }

        Assert.All(owners.Values, topics => Assert.Single(topics));
    }

    [Fact]
    public void A_mix_sums_to_one_and_a_strange_prompt_is_average()
    {
        var (clusters, buffer) = (Clusters(400, 1), new FeatureBuffer());

        var mix = clusters.Place(Prompt(0, new(1)), buffer);
        Assert.Equal(1, Enumerable.Range(0, mix.Count).Sum(mix.Weight), 1e-5f);
        Assert.Equal(0, clusters.Place("", buffer).Count);
        Assert.Equal(0, TaskClusters.None.Place("anything", buffer).Count);
    }

    [Fact]
    public void A_new_fit_keeps_the_numbers_of_the_old_one()
    {
        var (old, buffer) = (Clusters(400, 1), new FeatureBuffer());
        var young = Clusters(400, 2).NumberedLike(old);
        var random = new Random(8);

        var same = Enumerable.Range(0, 300).Count(i =>
        {
            var prompt = Prompt(i % 3, random);
            return Topic(old, old.Place(prompt, buffer).Cluster(0))
                == Topic(old, young.Place(prompt, buffer).Cluster(0));
        });

        Assert.InRange(same, 270, 300);
    }

    private static readonly string[][] Topics =
    [
        "integral derivative number sum solve equation proof".Split(' '),
        "poem sea sonnet rhyme verse love story".Split(' '),
        "patient symptom disease treatment doctor medicine".Split(' '),
    ];

    // Which topic a cluster holds, by where that topic's prompts go.
    private static int Topic(TaskClusters clusters, int cluster)
    {
        var (random, buffer) = (new Random(6), new FeatureBuffer());
        var votes = new int[Topics.Length];
        for (var i = 0; i < 150; i++)
        {
            votes[i % 3] += clusters.Place(Prompt(i % 3, random), buffer).Cluster(0) == cluster ? 1 : 0;
        }

        return Array.IndexOf(votes, votes.Max());
    }

    private static string Prompt(int topic, Random random) =>
        string.Join(' ', Enumerable.Range(0, 12).Select(_ => Topics[topic][random.Next(Topics[topic].Length)]));

    private static TaskClusters Clusters(int prompts, ulong key)
    {
        var (random, reservoir, buffer) = (new Random(4), new PromptReservoir(key), new FeatureBuffer());
        for (var i = 0; i < prompts; i++)
        {
            FeatureHasher.Count(Prompt(i % 3, random), buffer);
            reservoir.Offer(buffer);
        }

        return reservoir.Fit(TaskClusters.None, key);
    }

    private static SortedDictionary<int, float> Features(string prompt)
    {
        var buffer = new FeatureBuffer();
        FeatureHasher.Count(prompt, buffer);
        buffer.Weigh(InverseFrequency.None);
        return Read(buffer);
    }

    private static SortedDictionary<int, float> Shapes(SortedDictionary<int, float> features) =>
        new(features.Where(pair => pair.Key >= FeatureBuffer.FirstShape).ToDictionary());

    private static SortedDictionary<int, float> Read(FeatureBuffer buffer)
    {
        var features = new SortedDictionary<int, float>();
        for (var i = 0; i < buffer.Count; i++)
        {
            features[buffer.Indices[i]] = MathF.Round(buffer.Weights[i], 5);
        }

        return features;
    }
}
