using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Runtime;

/// <summary>Balances and references of accounts, by the rules of pallet_balances and frame_system
/// (paritytech/polkadot-sdk, substrate/frame): existential deposit, reaping, dust, reserves.</summary>
internal sealed class AccountBook(DevRuntime runtime, TypedState state, EventList events)
{
    private const string Pallet = "Balances";

    public AccountRecord this[AccountId who] => new(state.Get("System", "Account", who.ToValue()));

    public void IncreaseNonce(AccountId who)
    {
        var account = this[who];
        state.Set("System", "Account", account.WithNonce(account.Nonce + 1).Value, who.ToValue());
    }

    /// <summary>What an account may part with.</summary>
    public ulong Reducible(AccountId who, bool keepAlive)
    {
        var account = this[who];
        var locked = account.Frozen > account.Reserved ? account.Frozen - account.Reserved : 0;
        if (keepAlive || !account.MayDie)
        {
            locked = Math.Max(locked, runtime.ExistentialDeposit);
        }

        return account.Free > locked ? account.Free - locked : 0;
    }

    /// <summary>Moves free balance and tells it.</summary>
    public DispatchError? Transfer(AccountId from, AccountId to, ulong amount, bool keepAlive)
    {
        if (ProblemOfSource(this[from], amount, keepAlive) is { } problem)
        {
            return problem;
        }

        var target = this[to];
        if (amount > 0 && target.Free + amount < runtime.ExistentialDeposit)
        {
            return new DispatchError.Token("BelowMinimum");
        }

        if (from == to)
        {
            return null;
        }

        Change(from, free: -(Int128)amount);
        Change(to, free: amount);
        events.Add(
            Pallet, "Transfer", ("from", from.ToValue()), ("to", to.ToValue()), ("amount", ScaleValue.Of(amount)));
        return null;
    }

    /// <summary>Takes a fee; the account must live on.</summary>
    /// <returns>Whether it can pay.</returns>
    public bool TryWithdraw(AccountId who, ulong amount)
    {
        if (amount > Reducible(who, keepAlive: true))
        {
            return false;
        }

        Change(who, free: -(Int128)amount);
        Issue(-(Int128)amount);
        Tell("Withdraw", who, amount);
        return true;
    }

    /// <summary>Creates balance: the part of a fee that was not used.</summary>
    public void Deposit(AccountId who, ulong amount)
    {
        Change(who, free: amount);
        Issue(amount);
        Tell("Deposit", who, amount);
    }

    /// <summary>Sets balance aside.</summary>
    public DispatchError? Reserve(AccountId who, ulong amount)
    {
        var account = this[who];
        if (account.Free < amount + runtime.ExistentialDeposit)
        {
            return new DispatchError.InPallet(Pallet, "InsufficientBalance");
        }

        Change(who, free: -(Int128)amount, reserved: amount);
        Tell("Reserved", who, amount);
        return null;
    }

    /// <summary>Frees what was set aside.</summary>
    public void Unreserve(AccountId who, ulong amount)
    {
        var freed = Math.Min(amount, this[who].Reserved);
        Change(who, free: freed, reserved: -(Int128)freed);
        Tell("Unreserved", who, freed);
    }

    private DispatchError? ProblemOfSource(AccountRecord account, ulong amount, bool keepAlive)
    {
        if (amount == 0)
        {
            return null;
        }

        if (account.Free < amount)
        {
            return DispatchError.FundsUnavailable;
        }

        if (account.Free - amount < runtime.ExistentialDeposit && !account.MayDie)
        {
            return new DispatchError.Token("Frozen");
        }

        return account.Free - amount < runtime.ExistentialDeposit && keepAlive
            ? new DispatchError.Token("NotExpendable")
            : null;
    }

    private void Change(AccountId who, Int128 free, Int128 reserved = default)
    {
        var before = this[who];
        var after = before.WithBalance((ulong)(before.Free + free), (ulong)(before.Reserved + reserved));
        if (before.Total == 0 && after.Total == 0)
        {
            return;
        }

        after = after.WithReferences(
            (uint)(after.Consumers + Sign(after.Reserved) - Sign(before.Reserved)), after.Providers);
        if (before.Providers == 0 && after.Free >= runtime.ExistentialDeposit)
        {
            Endow(who, after);
        }
        else if (after.Total < runtime.ExistentialDeposit && after.MayDie)
        {
            Reap(who, after);
        }
        else
        {
            state.Set("System", "Account", after.Value, who.ToValue());
        }
    }

    private void Endow(AccountId who, AccountRecord account)
    {
        var alive = account.WithReferences(account.Consumers, account.Providers + 1);
        state.Set("System", "Account", alive.Value, who.ToValue());
        events.Add("System", "NewAccount", ("account", who.ToValue()));
        events.Add(Pallet, "Endowed", ("account", who.ToValue()), ("free_balance", ScaleValue.Of(account.Free)));
    }

    // The nonce goes with the account: a reaped account that is funded again starts from 0.
    private void Reap(AccountId who, AccountRecord account)
    {
        state.Remove("System", "Account", who.ToValue());
        events.Add("System", "KilledAccount", ("account", who.ToValue()));
        if (account.Free > 0)
        {
            Issue(-(Int128)account.Free);
            events.Add(Pallet, "DustLost", ("account", who.ToValue()), ("amount", ScaleValue.Of(account.Free)));
        }
    }

    private void Issue(Int128 amount)
    {
        var issued = (Int128)state.Get(Pallet, "TotalIssuance").ToUInt64() + amount;
        state.Set(Pallet, "TotalIssuance", ScaleValue.Of((UInt128)issued));
    }

    private void Tell(string name, AccountId who, ulong amount) =>
        events.Add(Pallet, name, ("who", who.ToValue()), ("amount", ScaleValue.Of(amount)));

    private static int Sign(ulong amount) => amount > 0 ? 1 : 0;
}
