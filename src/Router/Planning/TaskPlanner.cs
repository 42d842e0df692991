using Gateway.Core;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Tasks;

namespace Gateway.Router.Planning;

/// <summary>Plans requests that are no chat: the experts of the task, those least busy first. What the gate has learned
/// is of conversations and says nothing here, nor does it learn from these.</summary>
internal static class TaskPlanner
{
    /// <param name="snapshot">Who serves.</param>
    /// <param name="loads">How busy they are.</param>
    /// <param name="prices">What models cost.</param>
    /// <param name="request">What is wanted.</param>
    internal static Planned Plan(UpstreamSnapshot snapshot, LoadTable loads, IModelPrices prices, RouteRequest request)
    {
        var ofTask = snapshot.Upstreams.Where(upstream => upstream.Task == request.Task).ToList();
        var ofModel = ofTask
            .Where(upstream => request.Model == ModelId.Auto || upstream.Model == request.Model)
            .ToList();
        if (ofModel.Count == 0)
        {
            return new Planned.UnknownModel([.. ofTask.Select(upstream => upstream.Model).Distinct()
                .OrderBy(model => model.Value, StringComparer.Ordinal)]);
        }

        if (request.Voice is not null && !ofModel.Exists(upstream => HasVoice(upstream, request.Voice)))
        {
            return new Planned.UnknownVoice([.. ofModel.SelectMany(upstream => upstream.Voices).Distinct()
                .Order(StringComparer.Ordinal)]);
        }

        var reasons = ofModel.ToLookup(upstream => ReasonOf(upstream, prices, request));
        var candidates = reasons[""].OrderBy(upstream => RankOf(loads.Of(upstream), request.Owner))
            .ThenBy(upstream => PlaceOf(request, upstream)).ToArray();
        if (candidates.Length == 0)
        {
            return new Planned.NoExpert(reasons.ToDictionary(reason => reason.Key, reason => reason.Count()));
        }

        var most = request.Wish.Fallback ? Forwarding.RouterLimits.MaxAttempts : 1;
        return new Planned.Route(new(
            request.Request, Strategy.Default, [.. candidates.Take(most)], snapshot.Version)
        {
            Owner = request.Owner,
        });
    }

    // In the words of Planned.NoExpert.
    private static string ReasonOf(Upstream upstream, IModelPrices prices, RouteRequest request)
    {
        var wish = request.Wish;
        return request.Models is { } allowed && !allowed.Contains(upstream.Model.Value) ? "forbidden"
            : wish.Only.Count > 0 && !ExpertNames.IsNamed(upstream, wish.Only) ? "only"
            : ExpertNames.IsNamed(upstream, wish.Exclude) ? "excluded"
            : upstream.IsQuarantined ? Rejects.NameOf(Reject.Quarantined)
            : PrivacyRule.ReasonOf(upstream, wish.Privacy, isSuspect: false) is not Reject.None and var less
                ? Rejects.NameOf(less)
            : wish.Models.Count > 0 && !wish.Models.Contains(upstream.Model) ? "model"
            : IsDear(upstream, prices, wish) ? "price_cap"
            : request.Voice is { } voice && !HasVoice(upstream, voice) ? "voice"
            : "";
    }

    // Who has not said which voices it has is asked.
    private static bool HasVoice(Upstream upstream, string voice) =>
        upstream.Voices.Count == 0 || upstream.Voices.Contains(voice);

    private static bool IsDear(Upstream upstream, IModelPrices prices, RouteWish wish) =>
        wish.MaxInputPrice is { } most && prices.TryGet(upstream.Model, out var price)
        && price.Input.PicoUsd > most.PicoUsd;

    // An ejected expert is asked last rather than not at all.
    private static long RankOf(UpstreamLoad load, Guid org)
    {
        var reading = load.Read();
        return reading.InFlight + reading.Failures + (load.IsEjectedFor(org) ? int.MaxValue : 0L);
    }

    // Equals take turns, and a replay agrees.
    private static ulong PlaceOf(RouteRequest request, Upstream upstream) =>
        KeyedRandom.Mix(PlanSeed.Of(request.Request) ^ StableHash.Of(upstream.Name));
}
