using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>All rows of the books.</summary>
internal sealed class StoreState
{
    /// <summary>Credit and budgets by account.</summary>
    internal Dictionary<string, AccountState> Accounts { get; } = [];

    /// <summary>By incarnation, in the order in which they were entered.</summary>
    internal Dictionary<string, ReplicaLine> Replicas { get; } = [];

    /// <summary>Deposits, lots, rates and payouts.</summary>
    internal CashState Cash { get; private init; } = new();

    internal StoreState Copy()
    {
        var copy = new StoreState { Cash = Cash.Copy() };
        foreach (var (name, account) in Accounts)
        {
            copy.Accounts.Add(name, account.Copy());
        }

        foreach (var (name, replica) in Replicas)
        {
            copy.Replicas.Add(name, replica.Copy());
        }

        return copy;
    }
}

/// <summary>An account with what the rules of moves and pushes leave to others.</summary>
/// <param name="row">As the rules know it.</param>
internal sealed class AccountState(AccountRow row)
{
    internal AccountRow Row { get; set; } = row;

    /// <summary>Everything that ever came in, less what expired.</summary>
    internal long Credited { get; set; }

    /// <summary>Everything that was given back to its owner.</summary>
    internal long Refunded { get; set; }

    /// <summary>Of what is spent, what lots have paid for.</summary>
    internal long Rolled { get; set; }

    internal AccountState Copy() => new(Rows.Copy(Row))
    {
        Credited = Credited,
        Refunded = Refunded,
        Rolled = Rolled,
    };
}

/// <summary>An incarnation and its leases.</summary>
internal sealed class ReplicaLine(string incarnation, string node, long seen)
{
    internal string Incarnation { get; } = incarnation;

    internal string Node { get; } = node;

    internal ReplicaState State { get; set; }

    internal long Seq { get; set; }

    internal long Beat { get; set; }

    internal long Seen { get; set; } = seen;

    internal Dictionary<string, LeaseRow> Leases { get; } = [];

    internal bool IsClosed => State is ReplicaState.Drained or ReplicaState.ForceClosed;

    internal ReplicaRow ToRow() => new(Incarnation, State, Seq, Beat);

    internal ReplicaLine Copy()
    {
        var copy = new ReplicaLine(Incarnation, Node, Seen) { State = State, Seq = Seq, Beat = Beat };
        foreach (var (name, lease) in Leases)
        {
            copy.Leases.Add(name, Rows.Copy(lease));
        }

        return copy;
    }
}

/// <summary>Copies of rows.</summary>
internal static class Rows
{
    internal static AccountRow Copy(AccountRow row) => new()
    {
        Account = row.Account,
        Org = row.Org,
        Cap = row.Cap,
        Available = row.Available,
        Leased = row.Leased,
        Spent = row.Spent,
        Refunded = row.Refunded,
        IsFrozen = row.IsFrozen,
        IsPressed = row.IsPressed,
    };

    internal static LeaseRow Copy(LeaseRow row) => new()
    {
        Account = row.Account,
        Org = row.Org,
        Granted = row.Granted,
        Consumed = row.Consumed,
        Returned = row.Returned,
        Held = row.Held,
        Missing = row.Missing,
        OpSeq = row.OpSeq,
        IsClosed = row.IsClosed,
    };
}
