using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>One organisation of a run.</summary>
internal sealed class Customer
{
    private long _cap;

    internal Customer(int number)
    {
        Number = number;
        Wealth = Population.WealthOf(number);
        Org = Population.Org(number);
        _cap = 40_000_000;
        Payer = new(Org, Population.Key(number));
        RaiseCaps();
    }

    internal int Number { get; }

    internal Wealth Wealth { get; }

    internal OrgId Org { get; }

    internal Payer Payer { get; private set; }

    /// <summary>What comes in at once.</summary>
    internal long Deposit => Wealth switch
    {
        Wealth.Rich or Wealth.Budgeted => 500_000_000_000,
        Wealth.Poor => 40_000_000,
        Wealth.ExactlyTen => 10 * TenthHold,
        Wealth.Huge => 200_000_000_000_000_000,
    };

    /// <summary>What one request of a customer with credit for ten holds: 1,000 tokens in and 1,000 out.</summary>
    internal static long TenthHold => 3_000_000 + 15_000_000;

    /// <summary>Budgets are not changed while they are spent but by their owner.</summary>
    internal void RaiseCaps()
    {
        if (Wealth != Wealth.Budgeted)
        {
            return;
        }

        _cap += _cap / 2;
        var key = Payer.Key.ToString();
        Payer = Payer with
        {
            Budgets = Number % 2 == 0
                ? [new(key, BudgetKind.Key, new(_cap), BudgetPeriod.Total)]
                : [
                    new(key, BudgetKind.Key, new(_cap), BudgetPeriod.Day),
                    new(Org.ToString(), BudgetKind.Organization, new(_cap * 2), BudgetPeriod.Total),
                ],
        };
    }
}
