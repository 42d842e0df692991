namespace Gateway.Simulation;

/// <summary>What must hold of the books at every moment, worked out from all rows.</summary>
internal static class Invariants
{
    internal static void Check(World world, SimStore store, Traffic traffic)
    {
        var outstanding = SumLeases(world, store);
        foreach (var (name, account) in store.State.Accounts)
        {
            var row = account.Row;
            store.Check(row);
            world.Require(!row.IsFrozen, "frozen", $"{name} is frozen.");
            world.Require(
                row.Leased == outstanding.GetValueOrDefault(name),
                "I3", $"{name} has {row.Leased} leased; its leases have {outstanding.GetValueOrDefault(name)}.");
            if (row.Cap is null)
            {
                var all = (Int128)row.Available + row.Leased + row.Spent + account.Refunded;
                world.Require(all == account.Credited, "I3", $"{name} was credited {account.Credited} and has {all}.");
            }
            else
            {
                world.Require(
                    row.Spent == store.Oracle.BudgetSpent.GetValueOrDefault(name),
                    "I15", $"{name} has spent {row.Spent}, not {store.Oracle.BudgetSpent.GetValueOrDefault(name)}.");
            }
        }

        foreach (var customer in traffic.Customers)
        {
            var spent = store.State.Accounts[store.NameOf(customer.Org)].Row.Spent;
            world.Require(
                spent == store.Oracle.Settled[customer.Number],
                "I15", $"{customer.Org} has spent {spent}, not {store.Oracle.Settled[customer.Number]}.");
        }
    }

    /// <summary>What a process has in memory adds up to what the books gave it.</summary>
    internal static void Check(World world, SimGateway gateway)
    {
        if (gateway.Replica.Current is not { IsRetiring: false } incarnation)
        {
            return;
        }

        world.Require(
            !gateway.HasLearnedOfRollback(incarnation.Id), "I9",
            $"{incarnation.Id} goes on holding, and was told that the books went back.");

        foreach (var lease in incarnation.Leases.All.Where(lease => lease.Gate.CurrentCount == 1))
        {
            var kept = (Int128)lease.Free + lease.Held + lease.Consumed;
            world.Require(
                lease is { Free: >= 0, Held: >= 0 } && kept <= lease.Granted - lease.Returned,
                "I4", $"{incarnation.Id} has {lease.Free} free, {lease.Held} held, {lease.Consumed} consumed of "
                    + $"{lease.Granted} - {lease.Returned} of {lease.Name.Account}.");
        }
    }

    /// <summary>Nobody holds anything, and nothing has trickled away.</summary>
    internal static void CheckIdle(World world, SimGateway gateway)
    {
        Check(world, gateway);
        if (gateway.Replica.Current is not { Journal.HasFailed: false } incarnation)
        {
            return;
        }

        world.Require(incarnation.Holds == 0, "I17", $"{incarnation.Id} counts {incarnation.Holds} holds.");
        foreach (var lease in incarnation.Leases.All.Where(lease => lease.Gate.CurrentCount == 1))
        {
            var kept = (Int128)lease.Free + lease.Consumed;
            world.Require(
                lease.Held == 0 && kept == lease.Granted - lease.Returned,
                "I17", $"{incarnation.Id} has {lease.Free} free, {lease.Held} held, {lease.Consumed} consumed of "
                    + $"{lease.Granted} - {lease.Returned} of {lease.Name.Account}, and nothing is under way.");
        }
    }

    /// <summary>Nothing is under way and every process has ended or been given up.</summary>
    internal static void CheckStill(World world, SimStore store)
    {
        foreach (var replica in store.State.Replicas.Values)
        {
            world.Require(replica.IsClosed, "I17", $"{replica.Incarnation} of {replica.Node} is {replica.State}.");
        }

        foreach (var (name, account) in store.State.Accounts)
        {
            world.Require(account.Row.Leased == 0, "I17", $"{name} still has {account.Row.Leased} leased.");
        }
    }

    private static Dictionary<string, long> SumLeases(World world, SimStore store)
    {
        var sums = new Dictionary<string, long>();
        foreach (var lease in store.State.Replicas.Values.SelectMany(replica => replica.Leases.Values))
        {
            store.Check(lease);
            world.Require(
                !lease.IsClosed || lease.Outstanding == 0, "I4", $"A closed lease of {lease.Account} is not empty.");
            sums[lease.Account] = sums.GetValueOrDefault(lease.Account) + lease.Outstanding;
        }

        return sums;
    }
}
