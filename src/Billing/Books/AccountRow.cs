namespace Gateway.Billing;

/// <summary>An account that leases are made of, as the books have it: an organisation's credit or a budget of one
/// period. All amounts are nano-USD and never below zero.</summary>
internal sealed class AccountRow
{
    /// <summary>The organisation's public id, or a budget's account.</summary>
    internal required string Account { get; init; }

    internal required string Org { get; init; }

    /// <summary>A budget's cap; null for credit.</summary>
    internal long? Cap { get; set; }

    /// <summary>Credit neither leased nor spent; always zero for a budget, whose room follows from its cap.</summary>
    internal long Available { get; set; }

    internal long Leased { get; set; }

    internal long Spent { get; set; }

    internal long Refunded { get; init; }

    internal bool IsFrozen { get; set; }

    /// <summary>Whether replicas should give back what they do not use.</summary>
    internal bool IsPressed { get; set; }

    /// <summary>What may still be leased; below zero when a cap was lowered under what is out.</summary>
    internal long Room => Cap is { } cap ? cap - Leased - Spent : Available;

    /// <summary>Into leases.</summary>
    internal void TakeOut(long amount) => Move(amount);

    /// <summary>Back from leases.</summary>
    internal void PutBack(long amount) => Move(-amount);

    /// <summary>What was leased is spent.</summary>
    internal void Spend(long amount)
    {
        Leased -= amount;
        Spent += amount;
    }

    private void Move(long amount)
    {
        Leased += amount;
        if (Cap is null)
        {
            Available -= amount;
        }
    }
}
