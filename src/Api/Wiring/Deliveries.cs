using Gateway.Billing;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Says in Billing's words what the router delivered. No default arm: a new status breaks the build until
/// somebody decides who pays.</summary>
internal static class Deliveries
{
    public static Delivered ToDelivered(this Delivery delivery, RequestFacts facts) => new(
        delivery.Status switch
        {
            DeliveryStatus.Complete => Ending.Complete,
            DeliveryStatus.CutByLimit or DeliveryStatus.CutByCredit or DeliveryStatus.CutByMaxCost
                or DeliveryStatus.FailedInPart => Ending.Cut,
            DeliveryStatus.ClientGone => Ending.ClientGone,
            DeliveryStatus.FailedBeforeFirstByte or DeliveryStatus.FailedMidStream => Ending.Failed,
        },
        delivery.Served?.Model,
        delivery.Usage,
        delivery.Estimated,
        delivery.FinishReason,
        [.. delivery.Attempts.Select(ToRecord)],
        facts)
    {
        Lines = delivery.Lines.Count == 0 ? [] : [.. delivery.Lines.Select(ToLine)],
    };

    private static DeliveredLine ToLine(LineDelivery line) => new(
        line.Role, line.Expert.Name, line.HasAnswered ? line.Expert.Model : null, line.Usage);

    private static AttemptRecord ToRecord(Attempt attempt) => new(
        attempt.Upstream.Name,
        attempt.Upstream.NetUid,
        attempt.Upstream.Uid,
        attempt.Upstream.Hotkey,
        attempt.OutputFrom,
        attempt.OutputTo,
        attempt.End switch
        {
            AttemptEnd.Complete => AttemptOutcome.Complete,
            AttemptEnd.Failed => AttemptOutcome.Failed,
            AttemptEnd.Cancelled => AttemptOutcome.Cancelled,
        },
        attempt.Reason,
        attempt.TtftMs)
    {
        Line = attempt.Line,
    };
}
