namespace Gateway.Api.Batches;

/// <summary>Where a batch stands, by OpenAI's names.</summary>
internal static class BatchStatus
{
    public const string Validating = "validating";
    public const string InProgress = "in_progress";
    public const string Cancelling = "cancelling";
    public const string Finalizing = "finalizing";
    public const string Failed = "failed";
    public const string Completed = "completed";
    public const string Expired = "expired";
    public const string Cancelled = "cancelled";
}
