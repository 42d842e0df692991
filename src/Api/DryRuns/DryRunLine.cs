using Gateway.Api.Access;
using Gateway.Api.Limits;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.DryRuns;

/// <summary>How one limit stands to a request that was only tried.</summary>
/// <param name="What">What it limits: <c>requests_per_minute</c>, <c>tokens_per_minute</c>, <c>requests_per_day</c>,
/// <c>concurrent_requests</c>, <c>spend</c> or <c>credit</c>.</param>
/// <param name="Level">Whose it is: <c>end_user</c>, <c>key</c>, <c>project</c> or <c>organization</c>.</param>
/// <param name="Id">The owner's public id.</param>
/// <param name="Model">The one model that it is for; null: all.</param>
/// <param name="Limit">The limit, in units or nano-USD; null for credit.</param>
/// <param name="Room">What is left of it.</param>
/// <param name="Needed">What the request takes of it.</param>
/// <param name="Passes">Whether the request passes it now.</param>
/// <param name="Resets">When a request that does not pass would, if nothing else came; of spend, when the period ends.
/// Null: never, or it is not known.</param>
internal sealed record DryRunLine(
    string What, string Level, string Id, string? Model, long? Limit, long Room, long Needed, bool Passes,
    DateTimeOffset? Resets)
{
    private const long SecondsPerMinute = 60;
    private const long MinutesPerDay = 1440;
    private const long NanosPerTick = 100;

    /// <summary>Whether its figures are nano-USD.</summary>
    public bool IsMoney => What is "spend" or "credit";

    /// <summary>What of it is used or held.</summary>
    public long? Used => Limit - Room;

    /// <summary>How many such requests fit now; null: as many as there are.</summary>
    public long? Fits => Needed == 0 ? null : Math.Max(0, Room) / Needed;

    /// <summary>Whose role lets them raise it.</summary>
    public IReadOnlyList<Role> Raisers => [.. Enum.GetValues<Role>().Where(
        role => RoleTable.Of(role, RaisedBy) == Reach.All)];

    // A key's own limits are among its settings.
    private Act RaisedBy => What == "credit" ? Act.ManageMoney
        : Level == "key" ? Act.ManageKeys
        : What == "spend" ? Act.SetBudgets : Act.SetRateLimits;

    /// <summary>How many seconds it lasts at so many such requests a minute; null: for ever, or nobody can
    /// tell.</summary>
    public long? LastsAt(long perMinute)
    {
        var period = What switch
        {
            "requests_per_minute" or "tokens_per_minute" => 1,
            "requests_per_day" => MinutesPerDay,
            "concurrent_requests" => 0,
            _ => long.MaxValue,
        };
        var taken = (Int128)perMinute * Needed;
        if (period == 0 || taken == 0)
        {
            return null;
        }

        // A rate limit empties while it fills; money does not come back.
        var (room, pace) = period == long.MaxValue
            ? (Room, taken)
            : ((Int128)Room * period, (taken * period) - Limit!.Value);
        return pace <= 0 ? null : (long)Int128.Clamp(Int128.Max(0, room) * SecondsPerMinute / pace, 0, long.MaxValue);
    }

    public static DryRunLine Of(LimitStanding standing, DateTimeOffset now) => new(
        standing.Kind switch
        {
            LimitKind.RequestsPerMinute => "requests_per_minute",
            LimitKind.TokensPerMinute => "tokens_per_minute",
            LimitKind.RequestsPerDay => "requests_per_day",
            LimitKind.Concurrent => "concurrent_requests",
        },
        standing.Rule.Scope switch
        {
            LimitScope.Key => "key",
            LimitScope.Project => "project",
            LimitScope.Organization => "organization",
        },
        standing.Rule.Name,
        standing.Rule.Key.Model is { Length: > 0 } model ? model : null,
        standing.Limit,
        standing.Limit - standing.Used,
        standing.Requested,
        standing.Passes,
        standing.Passes || standing.WaitNanos == Bucket.Never || standing.Kind == LimitKind.Concurrent
            ? null
            : now.AddTicks((standing.WaitNanos / NanosPerTick) + 1));

    public static DryRunLine Of(BudgetStanding standing, NanoUsd needed) => new(
        standing.Kind is null ? "credit" : "spend",
        standing.Kind switch
        {
            BudgetKind.EndUser => "end_user",
            BudgetKind.Key => "key",
            BudgetKind.Project => "project",
            BudgetKind.Organization or null => "organization",
        },
        standing.Id, null, standing.Cap?.Value, standing.Room.Value, needed.Value, standing.Covers, standing.Resets);
}
