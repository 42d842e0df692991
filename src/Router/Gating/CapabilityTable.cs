using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>What models can do, by cluster, each level leaning on the one above: a model in a cluster on the model, the
/// model on its subnet, the subnet on one half.</summary>
internal sealed class CapabilityTable(GateSettings settings, Guid incarnation, ForwardDecay decay)
{
    private const double SubnetResult = 50;
    private const double SubnetWeight = 100;
    private const double Least = 0.02;
    private const double Most = 0.98;

    private readonly Dictionary<int, int> _subnets = [];
    private readonly Dictionary<(int NetUid, string Name), int> _models = [];
    private readonly List<int> _subnetOf = [];
    private readonly List<(int NetUid, string Name)> _names = [];
    private readonly List<int> _netUids = [];

    /// <summary>How many models there are.</summary>
    internal int Models => _subnetOf.Count;

    internal ReplicatedSums BySubnet { get; } = new(incarnation, decay);

    internal ReplicatedSums ByModel { get; } = new(incarnation, decay);

    /// <summary>Indexed by model times <see cref="TaskClusters.Most"/> plus cluster.</summary>
    internal ReplicatedSums ByCluster { get; } = new(incarnation, decay);

    /// <summary>The number of a model on a subnet; given at first sight and kept.</summary>
    internal int ModelOf(int netUid, string name)
    {
        if (_models.TryGetValue((netUid, name), out var model))
        {
            return model;
        }

        var subnet = SubnetIndexOf(netUid);
        _models[(netUid, name)] = model = _subnetOf.Count;
        _subnetOf.Add(subnet);
        _names.Add((netUid, name));
        ByModel.Grow(Models);
        ByCluster.Grow(Models * TaskClusters.Most);
        return model;
    }

    /// <summary>The number of a subnet; given at first sight and kept.</summary>
    internal int SubnetIndexOf(int netUid)
    {
        if (!_subnets.TryGetValue(netUid, out var subnet))
        {
            _subnets[netUid] = subnet = _subnets.Count;
            _netUids.Add(netUid);
            BySubnet.Grow(_subnets.Count);
        }

        return subnet;
    }

    /// <summary>The subnet that has a number.</summary>
    internal int SubnetOf(int index) => _netUids[index];

    /// <summary>The model that has a number.</summary>
    internal (int NetUid, string Name) NameOf(int model) => _names[model];

    /// <summary>Adds a result to all three levels.</summary>
    /// <param name="model">Whose.</param>
    /// <param name="mix">For which work; the average mix teaches no cluster.</param>
    /// <param name="result">0 to 1.</param>
    /// <param name="weight">Label weight, trust and time in one.</param>
    internal void Add(int model, in TaskMix mix, double result, double weight) =>
        Add(model, mix, new Sums(result * weight, weight));

    /// <summary>Changes results that were added before, by so much in weighted points.</summary>
    internal void Correct(int model, in TaskMix mix, double change) => Add(model, mix, new Sums(change, 0));

    private void Add(int model, in TaskMix mix, Sums sums)
    {
        BySubnet.Add(_subnetOf[model], sums);
        ByModel.Add(model, sums);
        for (var part = 0; part < mix.Count; part++)
        {
            ByCluster.Add((model * TaskClusters.Most) + mix.Cluster(part), sums * mix.Weight(part));
        }
    }

    /// <summary>t_m: a model's mean on average work, leaning on its subnet's.</summary>
    /// <param name="model">Whose.</param>
    /// <param name="ease">What its results owe to work easier than average, see <see cref="WorkLevels"/>.</param>
    /// <param name="scale">The weight of now, see <see cref="ForwardDecay.At"/>.</param>
    internal double Mean(int model, double ease, double scale)
    {
        var subnet = BySubnet[_subnetOf[model]] * (1 / scale);
        var common = (subnet.Result + SubnetResult) / (subnet.Weight + SubnetWeight);
        var own = ByModel[model] * (1 / scale);
        return (own.Result - ease + (settings.ModelShrink * common)) / (own.Weight + settings.ModelShrink);
    }

    /// <summary>th[m,c] and N[m,c].</summary>
    /// <param name="model">Whose.</param>
    /// <param name="cluster">The kind of work.</param>
    /// <param name="expected">What to expect without having tried.</param>
    /// <param name="scale">The weight of now.</param>
    internal (double Score, double Weight) InCluster(int model, int cluster, double expected, double scale)
    {
        var own = ByCluster[(model * TaskClusters.Most) + cluster] * (1 / scale);
        var score = (own.Result + (settings.ClusterShrink * expected)) / (own.Weight + settings.ClusterShrink);
        return (Clamp(score), own.Weight);
    }

    /// <summary>Keeps a score off the ends, where an estimate would never be doubted again.</summary>
    internal static double Clamp(double score) => Math.Clamp(score, Least, Most);

    /// <summary>After the landmark moved.</summary>
    internal void Scale(double factor)
    {
        BySubnet.Scale(factor);
        ByModel.Scale(factor);
        ByCluster.Scale(factor);
    }
}
