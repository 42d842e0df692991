using System.Collections.Frozen;
using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;

namespace Gateway.Router.Planning;

/// <summary>An upstream beside its live load and its number in the gate's book.</summary>
internal sealed record Expert(Upstream Upstream, UpstreamLoad Load, int Miner);

/// <summary>The upstreams of one model.</summary>
/// <param name="Number">Of the model, in this table.</param>
/// <param name="Model">The model.</param>
/// <param name="Slots">Where its upstreams stand.</param>
/// <param name="Masked">How many are left out since their numbers are nonsense.</param>
/// <param name="Prices">What it costs.</param>
internal sealed record ModelGroup(int Number, ModelId Model, int[] Slots, int Masked, ModelPrices Prices);

/// <summary>A snapshot laid out for planning: experts by the gate's slots, their live state on a board. Immutable but
/// for the board.</summary>
internal sealed class RoutingTable
{
    private readonly FrozenDictionary<ModelId, ModelGroup> _byModel;

    /// <param name="snapshot">Who serves.</param>
    /// <param name="chats">Those of them who answer conversations: only they stand in the table.</param>
    /// <param name="numbers">Each upstream's number in the book, -1 for a masked one.</param>
    /// <param name="gate">Made after the book was told who is there.</param>
    /// <param name="loads">Their loads.</param>
    /// <param name="prices">What models cost.</param>
    internal RoutingTable(
        UpstreamSnapshot snapshot, Upstream[] chats, int[] numbers, GateSnapshot gate, LoadTable loads,
        IModelPrices prices)
    {
        Snapshot = snapshot;
        Miners = gate.Miners;
        Experts = Lay(chats, numbers, gate.Miners, loads);
        Board = new(Experts.Length);
        GroupOf = new int[Experts.Length];
        Features = Array.ConvertAll(Experts, expert => expert.Upstream.Features);
        Contexts = Array.ConvertAll(Experts, expert => expert.Upstream.ContextLength);
        HasLanguages = Array.Exists(Experts, expert => expert.Upstream.Language is not null);
        HasMarks = HasLanguages || Array.Exists(Experts, expert => expert.Upstream.IsQuarantined);
        Groups = Group(chats, prices);
        _byModel = Groups.ToFrozenDictionary(group => group.Model);
        for (var slot = 0; slot < Experts.Length; slot++)
        {
            Experts[slot].Load.Attach(Board, slot);
        }
    }

    internal UpstreamSnapshot Snapshot { get; }

    /// <summary>The gate's array of who is there; a gate snapshot with another one does not fit this table.</summary>
    internal int[] Miners { get; }

    /// <summary>By slot.</summary>
    internal Expert[] Experts { get; }

    /// <summary>By slot: the number of its model.</summary>
    internal int[] GroupOf { get; }

    /// <summary>By slot: what it can do. Beside the experts, since a plan reads thousands of them in a row.</summary>
    internal Features[] Features { get; }

    /// <summary>By slot: the most tokens of prompt and answer together.</summary>
    internal long[] Contexts { get; }

    /// <summary>Whether anybody is quarantined or knows one language only: seldom, and then each is looked at.
    /// </summary>
    internal bool HasMarks { get; }

    /// <summary>Whether anybody knows one language only: otherwise no request's language is looked for.</summary>
    internal bool HasLanguages { get; }

    /// <summary>By number.</summary>
    internal ModelGroup[] Groups { get; }

    internal LiveBoard Board { get; }

    internal IReadOnlyList<ModelId> Models =>
        [.. _byModel.Keys.OrderBy(model => model.Value, StringComparer.Ordinal)];

    internal ModelGroup? Find(ModelId model) => _byModel.GetValueOrDefault(model);

    // Whoever stands twice, by one hotkey under two numbers, is asked where it stands first.
    private static Expert[] Lay(Upstream[] chats, int[] numbers, int[] slots, LoadTable loads)
    {
        var first = new Dictionary<int, Upstream>();
        for (var i = 0; i < numbers.Length; i++)
        {
            first.TryAdd(numbers[i], chats[i]);
        }

        return Array.ConvertAll(slots, miner => new Expert(first[miner], loads.Of(first[miner]), miner));
    }

    private ModelGroup[] Group(Upstream[] chats, IModelPrices prices)
    {
        var all = chats.GroupBy(upstream => upstream.Model)
            .ToDictionary(group => group.Key, group => group.Count());
        var slots = Enumerable.Range(0, Experts.Length).ToLookup(slot => Experts[slot].Upstream.Model);
        var groups = new List<ModelGroup>(all.Count);
        foreach (var (model, count) in all)
        {
            int[] own = [.. slots[model]];
            prices.TryGet(model, out var price);
            Array.ForEach(own, slot => GroupOf[slot] = groups.Count);
            groups.Add(new(groups.Count, model, own, count - own.Length, price));
        }

        return [.. groups];
    }
}

/// <summary>What a plan is made from: who is there, and what the gate knows of them.</summary>
internal sealed record RoutingView(RoutingTable Table, GateSnapshot Gate);
