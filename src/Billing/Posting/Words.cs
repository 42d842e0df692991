namespace Gateway.Billing;

/// <summary>Enums as the store and the receipts spell them.</summary>
internal static class Words
{
    internal static string Of(Ending ending) => ending switch
    {
        Ending.Complete => "complete",
        Ending.Cut => "cut",
        Ending.ClientGone => "client_gone",
        Ending.Failed => "failed",
    };

    internal static string Of(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Complete => "complete",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.Cancelled => "cancelled",
    };

    internal static string Of(BudgetKind kind) => kind switch
    {
        BudgetKind.EndUser => "user",
        BudgetKind.Key => "key",
        BudgetKind.Project => "project",
        BudgetKind.Organization => "organization",
    };

    internal static string Of(Settlement settlement) => settlement switch
    {
        Settlement.Settled => "settled",
        Settlement.Uncollectible => "uncollectible",
    };

    internal static string Of(ReplicaState state) => state switch
    {
        Billing.ReplicaState.Live => "live",
        Billing.ReplicaState.Orphaned => "orphaned",
        Billing.ReplicaState.Drained => "drained",
        Billing.ReplicaState.ForceClosed => "force_closed",
    };

    internal static ReplicaState ReplicaState(string word) => word switch
    {
        "live" => Billing.ReplicaState.Live,
        "orphaned" => Billing.ReplicaState.Orphaned,
        "drained" => Billing.ReplicaState.Drained,
        "force_closed" => Billing.ReplicaState.ForceClosed,
        _ => throw new FormatException($"'{word}' is no state of a replica."),
    };
}
