using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Asks other replicas to look at an organisation's credit at once, each by <see cref="Ledger.RecallAsync"/>,
/// instead of at their next beat. A hint: one that is lost, late or told twice changes no balance. Called by many
/// threads, and never waits.</summary>
public interface IRecallSignal
{
    /// <summary>Their unused credit of this organisation is wanted, or it was frozen.</summary>
    public void Ask(OrgId org);
}
