using Gateway.Billing.Tests.Kit;

namespace Gateway.Billing.Tests.Idempotency;

/// <summary>Replicas that die or lose their books while a key is in use.</summary>
public abstract partial class IdempotentCallsSuite
{
    [Fact]
    public async Task A_crash_between_charge_and_row_is_told_and_never_charged_again()
    {
        var call = await ChargedAsync(Call("charged"));
        await CrashAsync();

        Assert.Equal(new Begun.NotReplayable(call.Request), await BeginAsync(Again(call)));
        Assert.IsType<Begun.Reused>(await BeginAsync(Again(call) with { Body = Hash("other") }));
        await Calls.SweepAsync(Token);
        Assert.Equal(new Begun.NotReplayable(call.Request), await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task A_crash_before_the_charge_lets_the_request_run_again()
    {
        var (call, swept) = (Call("asked again"), Call("swept"));
        await BeginAsync(call);
        await BeginAsync(swept);
        await CrashAsync();

        Assert.IsType<Begun.First>(await BeginAsync(Again(call) with { Body = Hash("other") }));
        await Calls.SweepAsync(Token);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task What_a_living_replica_runs_is_left_alone()
    {
        var other = NewCalls((await Node.StartOtherAsync("calls")).Replica);
        var call = Call("theirs");
        Assert.IsType<Begun.First>(await other.BeginAsync(call, Token));

        await Calls.SweepAsync(Token);

        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task Closing_an_incarnation_resolves_what_it_left_and_hands_over_what_still_runs()
    {
        var charged = await ChargedAsync(Call("charged"));
        Calls.Leave(charged);
        var (free, running) = (Call("free"), Call("running"));
        await BeginAsync(free);
        Calls.Leave(free);
        await BeginAsync(running);
        var closed = Node.Replica.Current!;
        var next = await Node.Replica.SucceedAsync(closed, Token);

        await Node.Store.WriteAsync(
            async session =>
            {
                await Calls.ResolveOrphansAsync(session, closed.Id);
                var end = (await ReplicaSql.FindAsync(session, closed.Id))!.Seq;
                return await CloseSql.DrainAsync(session, closed.Id, end);
            },
            Token);

        Assert.Equal(new Begun.NotReplayable(charged.Request), await BeginAsync(Again(charged)));
        Assert.IsType<Begun.First>(await BeginAsync(Again(free)));

        // Another process sees it as its owner's, which lives.
        var other = NewCalls((await Node.StartOtherAsync("calls")).Replica);
        Assert.IsType<Begun.InProgress>(await other.BeginAsync(Again(running), Token));
        Assert.NotEqual(closed.Id, next.Id);
        await Calls.CompleteAsync(running, Answer);
        Assert.IsType<Begun.Replay>(await other.BeginAsync(Again(running), Token));
    }

    [Fact]
    public async Task A_request_that_is_paid_under_a_later_incarnation_than_it_began_in_is_charged_once()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var call = Call("once") with { Org = payer.Org, Key = payer.Key };
        Assert.IsType<Begun.First>(await BeginAsync(call));
        var began = Node.Replica.Current!;
        began.Retire();
        var reserved = await Node.Ledger.ReserveAsync(payer, call.Request, Node.Quote(10, 20), Token);
        var hold = Assert.IsType<Reserved.Held>(reserved).Hold;
        Assert.True(await Calls.TryBindAsync(call, hold));
        await Node.Replica.BeatAsync();
        Assert.Equal(ReplicaState.Drained, (await Node.Books.FindAsync(began.Id))!.State);

        // Another replica looks, and sweeps, while it runs.
        var other = NewCalls((await Node.StartOtherAsync("calls")).Replica);
        Assert.IsType<Begun.InProgress>(await other.BeginAsync(Again(call), Token));
        await other.SweepAsync(Token);
        Assert.IsType<Begun.InProgress>(await other.BeginAsync(Again(call), Token));

        await Node.SettleAsync(hold, 10, 20);
        await Calls.CompleteAsync(call, Answer);
        Assert.IsType<Begun.Replay>(await other.BeginAsync(Again(call), Token));
        Assert.Equal(new(30), (await Node.AppliedAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_key_that_another_took_over_meanwhile_is_not_dispatched_twice()
    {
        var payer = await Node.CreditNewAsync(1_000);
        var call = Call("once") with { Org = payer.Org, Key = payer.Key };
        await BeginAsync(call);
        Node.Replica.Current!.Retire();
        await Node.Replica.BeatAsync();
        var other = NewCalls((await Node.StartOtherAsync("calls")).Replica);
        Assert.IsType<Begun.First>(await other.BeginAsync(Again(call), Token));

        var reserved = await Node.Ledger.ReserveAsync(payer, call.Request, Node.Quote(10, 20), Token);

        Assert.False(await Calls.TryBindAsync(call, Assert.IsType<Reserved.Held>(reserved).Hold));
    }

    [Fact]
    public async Task What_nobody_knows_stays_in_progress_until_its_replica_is_closed()
    {
        var (call, charged) = (Call("unknown"), await ChargedAsync(Call("charged")));
        await BeginAsync(call);
        Calls.Leave(call);
        Calls.Leave(charged);
        await Calls.SweepAsync(Token);
        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(call)));
        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(charged)));

        await CrashAsync();

        Assert.IsType<Begun.First>(await BeginAsync(Again(call)));
        Assert.Equal(new Begun.NotReplayable(charged.Request), await BeginAsync(Again(charged)));
    }

    [Fact]
    public async Task While_the_books_are_down_nothing_begins_and_ends_are_made_up_for()
    {
        var lossy = default(LossyStore);
        await CrashAsync(inner => lossy = new(inner));
        var (done, free, refused) = (Call("done"), Call("free"), Call("refused"));
        await BeginAsync(done);
        await BeginAsync(free);

        lossy!.IsDown = true;
        Assert.IsType<Begun.Unavailable>(await BeginAsync(refused));
        await Calls.CompleteAsync(done, Answer);
        await Calls.ForgetAsync(free);
        Assert.False(await Calls.PayDebtsAsync(Token));

        lossy.IsDown = false;
        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(done)));
        Assert.True(await Calls.PayDebtsAsync(Token));
        Assert.Equal(new Begun.NotReplayable(done.Request), await BeginAsync(Again(done)));
        Assert.IsType<Begun.First>(await BeginAsync(Again(free)));
        Assert.IsType<Begun.First>(await BeginAsync(Again(refused)));
    }

    [Fact]
    public async Task A_lost_answer_to_a_beginning_blocks_the_key_only_until_it_is_made_up_for()
    {
        var lossy = default(LossyStore);
        await CrashAsync(inner => lossy = new(inner));
        var call = Call("once");
        lossy!.Lose = 1;

        Assert.IsType<Begun.Unavailable>(await BeginAsync(call));
        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(call)));
        Assert.True(await Calls.PayDebtsAsync(Token));
        Assert.IsType<Begun.First>(await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task A_lost_answer_to_an_end_takes_no_kept_answer_away()
    {
        var lossy = default(LossyStore);
        await CrashAsync(inner => lossy = new(inner));
        var call = Call("once");
        await BeginAsync(call);
        lossy!.Lose = 1;

        await Calls.CompleteAsync(call, Answer);
        Assert.True(await Calls.PayDebtsAsync(Token));

        Assert.IsType<Begun.Replay>(await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task A_replica_that_is_stopping_begins_nothing()
    {
        await Node.StopAsync();
        Assert.IsType<Begun.Unavailable>(await BeginAsync(Call("late")));
        Assert.Equal(0, await CountAsync());
    }

    /// <summary>A call that has begun and whose request was charged; its row has not heard of it.</summary>
    private async Task<IdempotentCall> ChargedAsync(IdempotentCall call)
    {
        var payer = await Node.CreditNewAsync(1_000);
        call = call with { Org = payer.Org, Key = payer.Key };
        Assert.IsType<Begun.First>(await BeginAsync(call));
        var reserved = await Node.Ledger.ReserveAsync(payer, call.Request, Node.Quote(10, 20), Token);
        await Node.SettleAsync(Assert.IsType<Reserved.Held>(reserved).Hold, 10, 20);
        await Node.Replica.FlushAsync();
        return call;
    }

    private async Task<long> CountAsync() => (await Node.Store.ReadAsync(
        session => session.ListAsync("SELECT count(*) FROM idempotency", row => row.GetInt64(0)), Token))[0];
}
