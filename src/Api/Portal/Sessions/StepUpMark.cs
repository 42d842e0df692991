namespace Gateway.Api.Portal.Sessions;

/// <summary>Marks an endpoint that only somebody who proved himself within <see cref="PortalVisitor.StepUpLife"/>
/// reaches: others do so on the way.</summary>
internal sealed class StepUpMark
{
    private StepUpMark()
    {
    }

    public static StepUpMark Instance { get; } = new();
}
