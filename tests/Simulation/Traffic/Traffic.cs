using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>What customers do: ask, read on, leave; and what upstreams do to them.</summary>
internal sealed class Traffic(World world, Oracle oracle)
{
    private static readonly string[] Upstreams = ["sn4/5Fa", "sn4/5Fb", "sn64/5Fc", "local/small"];

    private readonly Customer[] _customers = [.. Enumerable.Range(0, Population.Size).Select(n => new Customer(n))];

    internal IReadOnlyList<Customer> Customers => _customers;

    /// <summary>Requests that were held.</summary>
    internal long Held { get; private set; }

    /// <summary>A customer asks a gateway.</summary>
    internal void Begin(SimGateway gateway)
    {
        var customer = world.Dice.Pick(_customers);
        gateway.Serve(() => ServeAsync(gateway, customer));
    }

    private async Task ServeAsync(SimGateway gateway, Customer customer)
    {
        var asked = Ask.Of(customer, world.Dice);
        var id = oracle.Ask(customer.Number, world.Clock.Wall, out var number);
        if (gateway.Ledger.Quote(asked.Quote) is not Quoted.Priced { Quote: var quote })
        {
            throw world.Fail("quote", $"{asked.Quote} has no price.");
        }

        var reserved = await gateway.Ledger.ReserveAsync(customer.Payer, id, quote, CancellationToken.None);
        if (reserved is not Reserved.Held { Hold: var hold })
        {
            world.Require(reserved is not Reserved.Frozen, "frozen", $"{customer.Org} is frozen.");
            return;
        }

        Held++;
        oracle.Hold(number, hold);
        var output = await StreamAsync(gateway, hold, asked.Output);
        await SettleAsync(gateway, number, asked.Deliver(hold, output, world.Dice, Upstreams), hold);
    }

    // The upstream sends in parts; the hold is extended before a part that it does not cover.
    private async Task<long> StreamAsync(SimGateway gateway, Hold hold, long output)
    {
        var sent = 0L;
        if (world.Dice.OneIn(4))
        {
            await world.PauseAsync(gateway.Process);
        }

        while (sent < output)
        {
            var next = long.Min(output, sent + world.Dice.Between(1, output));
            if (next > hold.CoveredOutputTokens
                && !await gateway.Ledger.ExtendAsync(hold, next, CancellationToken.None))
            {
                return long.Min(next, hold.CoveredOutputTokens);
            }

            sent = next;
            if (world.Dice.OneIn(8))
            {
                await world.PauseAsync(gateway.Process);
            }
        }

        return sent;
    }

    private async Task SettleAsync(SimGateway gateway, int number, Delivered delivered, Hold hold)
    {
        var bill = gateway.Ledger.Price(hold, delivered);
        oracle.Settle(number, bill, Expected.ChargeOf(bill.Hold.Quote, delivered));
        var settling = gateway.Ledger.SettleAsync(bill, Commitments.None);
        var seq = hold.Incarnation.Journal.Journal.AppendedSeq;
        var again = world.Dice.OneIn(64) ? gateway.Ledger.SettleAsync(bill, Commitments.None) : null;
        var settled = await settling;
        ref var fate = ref oracle[number];
        fate.Seq = seq;
        fate.Phase = settled.Outcome == SettleOutcome.Settled ? Phase.Acknowledged : Phase.Refused;
        if (again is not null)
        {
            CheckAgain(settled, await again);
        }
    }

    private void CheckAgain(Settled first, Settled second) => world.Require(
        second.Outcome == (first.Outcome == SettleOutcome.Settled ? SettleOutcome.AlreadySettled : first.Outcome)
            && second.Charge == first.Charge,
        "I5", $"Settled twice: {first}, then {second}.");
}
