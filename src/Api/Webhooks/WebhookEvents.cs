using Gateway.Billing;

namespace Gateway.Api.Webhooks;

/// <summary>The events there are.</summary>
internal static class WebhookEvents
{
    /// <summary>Stands for every type.</summary>
    public const string Any = "*";

    /// <summary>What somebody asked for, to see whether it arrives; sent whatever was subscribed to.</summary>
    public const string Test = "webhook.test";

    public const string DepositCredited = "deposit.credited";

    /// <summary>What is told of the audit log, under its names there.</summary>
    public static readonly string[] OfAudit =
    [
        "api_key.created", "api_key.updated", "api_key.deleted", "admin_api_key.created",
        "admin_api_key.deleted", "spend_alert.triggered", "webhook.disabled",
    ];

    private static readonly string[] OfRefunds =
        ["refund.requested", "refund.approved", "refund.paid", "refund.failed", "refund.cancelled"];

    private static readonly string[] OfTopUps =
        ["top_up.created", "top_up.processing", "top_up.settled", "top_up.expired", "top_up.invalid"];

    // OpenAI's names, of its own webhooks.
    private static readonly string[] OfBatches =
        ["batch.completed", "batch.failed", "batch.cancelled", "batch.expired"];

    /// <summary>All types that can be subscribed to.</summary>
    public static IReadOnlyList<string> All { get; } =
        [DepositCredited, .. OfTopUps, .. OfRefunds, .. OfBatches, .. OfAudit];

    /// <summary>The event of a refund's state; null for states between two that matter.</summary>
    public static string? Of(PayoutState state) => state switch
    {
        PayoutState.Requested => "refund.requested",
        PayoutState.Approved2 => "refund.approved",
        PayoutState.Finalized => "refund.paid",
        PayoutState.Failed => "refund.failed",
        PayoutState.Cancelled => "refund.cancelled",
        PayoutState.Approved1 or PayoutState.Signed or PayoutState.Broadcast or PayoutState.Expired => null,
    };

    /// <summary>Whether a subscription is to a type.</summary>
    /// <param name="subscribed">Types separated by blanks.</param>
    /// <param name="type">The type.</param>
    public static bool Covers(string subscribed, string type) =>
        subscribed == Any || subscribed.Split(' ').Contains(type);
}
