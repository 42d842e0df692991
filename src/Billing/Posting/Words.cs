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
}
