using Gateway.Router.Gating;
using Gateway.Router.Learning;
using Gateway.Router.Tasks;

namespace Gateway.Router.Storage;

/// <summary>Finds kinds of work in this process's sample of prompts when it is time, and agrees on them with the other
/// replicas: their scores are kept by a kind's number. Called by one at a time.</summary>
internal sealed class ClusterKeeper(GateOwner owner, PromptSampler sampler)
{
    private ClusterHead _head;

    /// <summary>One round without a store: what is found is this process's own.</summary>
    internal void Follow()
    {
        if (IsDue(_head))
        {
            var next = Next(_head);
            Use(Fit(), next);
        }
    }

    /// <summary>One round: takes over what others found or proved, then finds anew if it is time.</summary>
    internal async Task FollowAsync(RouterStore store, CancellationToken ct)
    {
        var head = await store.RunAsync(ClusterSql.HeadAsync, ct);
        if (head.Version > _head.Version)
        {
            await TakeAsync(store, head, ct);
        }

        await AgreeAsync(store, head, ct);
        if (IsDue(head))
        {
            var (next, clusters) = (Next(head), Fit());
            if (await store.RunAsync(session => ClusterSql.ReplaceAsync(session, next, ClusterBytes.Of(clusters)), ct))
            {
                Use(clusters, next);
            }
        }
    }

    private async Task TakeAsync(RouterStore store, ClusterHead head, CancellationToken ct)
    {
        var body = await store.RunAsync(ClusterSql.BodyAsync, ct);
        if (ClusterBytes.Read(body) is { } clusters)
        {
            Use(clusters, head);
        }
    }

    // What one replica has proven holds for all.
    private async Task AgreeAsync(RouterStore store, ClusterHead head, CancellationToken ct)
    {
        var isAdopted = owner.Current.TrustsClusters;
        if (head.IsAdopted && !isAdopted)
        {
            owner.Enter((_, _) => 0, book => book.TrustsClusters = true);
        }
        else if (isAdopted && head is { Version: > 0, IsAdopted: false })
        {
            await store.RunAsync(ClusterSql.AdoptAsync, ct);
        }
    }

    private bool IsDue(ClusterHead head) => ClusterSchedule.IsDue(
        sampler.Seen, head.Prompts, owner.Time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(head.At));

    private ClusterHead Next(ClusterHead head) => new(
        head.Version + 1, owner.Time.GetUtcNow().ToUnixTimeMilliseconds(), sampler.Seen, owner.Current.TrustsClusters);

    private TaskClusters Fit() => sampler.Fit(owner.Current.Clusters);

    private void Use(TaskClusters clusters, ClusterHead head)
    {
        owner.Enter((_, _) => 0, book => book.Clusters = clusters);
        _head = head;
    }
}
