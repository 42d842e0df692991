using System.Security.Cryptography;
using System.Text;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Idempotency;

/// <summary>What <see cref="IdempotentCalls"/> promises, whatever store its rows lie in: one sealed child a
/// store.</summary>
public abstract partial class IdempotentCallsSuite : IAsyncLifetime
{
    private static readonly KeptAnswer Answer = new(200, "application/json", Encoding.ASCII.GetBytes("sealed"));

    private readonly string _directory = Directory.CreateTempSubdirectory("gateway-billing-").FullName;
    private string _connectionString = "";

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected BillingNode Node { get; private set; } = null!;

    private protected IdempotentCalls Calls { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await CreateDatabaseAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Node.AssertBooksAsync();
        await Node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_key_in_use_is_in_progress_until_its_call_ends()
    {
        var call = Call("once");
        Assert.IsType<Begun.First>(await BeginAsync(call));
        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(call)));

        await Calls.CompleteAsync(call, Answer);

        var replay = Assert.IsType<Begun.Replay>(await BeginAsync(Again(call)));
        Assert.Equal((call.Request, 200, "application/json", "sealed"),
            (replay.Request, replay.Answer.Status, replay.Answer.ContentType,
                Encoding.ASCII.GetString(replay.Answer.Sealed.Span)));
    }

    [Fact]
    public async Task A_call_whose_answer_was_not_kept_is_named()
    {
        var call = Call("stream");
        await BeginAsync(call);
        await Calls.CompleteAsync(call, null);

        Assert.Equal(new Begun.NotReplayable(call.Request), await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task Another_body_is_refused_while_the_first_runs_and_afterwards()
    {
        var call = Call("once");
        await BeginAsync(call);
        Assert.IsType<Begun.Reused>(await BeginAsync(Again(call) with { Body = Hash("other") }));

        await Calls.CompleteAsync(call, Answer);
        Assert.IsType<Begun.Reused>(await BeginAsync(Again(call) with { Body = Hash("other") }));
        Assert.IsType<Begun.Replay>(await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task Organisations_and_keys_share_nothing()
    {
        var call = Call("once");
        await BeginAsync(call);
        await Calls.CompleteAsync(call, Answer);

        Assert.IsType<Begun.First>(
            await BeginAsync(Again(call) with { Org = OrgId.Create(TimeProvider.System), Body = Hash("other") }));
        Assert.IsType<Begun.First>(await BeginAsync(Again(call) with { Key = KeyId.Create(TimeProvider.System) }));
    }

    [Fact]
    public async Task A_forgotten_key_is_new_for_any_body()
    {
        var call = Call("once");
        await BeginAsync(call);
        await Calls.ForgetAsync(call);

        Assert.IsType<Begun.First>(await BeginAsync(Again(call) with { Body = Hash("other") }));
    }

    [Fact]
    public async Task Of_fifty_at_once_one_is_the_first()
    {
        var call = Call("once");
        var begun = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => BeginAsync(Again(call)))));

        Assert.Single(begun.OfType<Begun.First>());
        Assert.Equal(49, begun.OfType<Begun.InProgress>().Count());
    }

    [Fact]
    public async Task A_key_that_is_forgotten_over_and_over_is_claimed_by_one_at_a_time()
    {
        var call = Call("once");
        var (running, most, runs) = (0, 0, 0);
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            var mine = Again(call);
            if (await BeginAsync(mine) is Begun.First)
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                Interlocked.Increment(ref runs);
                Interlocked.Decrement(ref running);
                await Calls.ForgetAsync(mine);
            }
        });

        Assert.Equal(1, most);
        Assert.True(runs > 1, $"{runs} runs");
        Assert.IsType<Begun.First>(await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task Whoever_comes_late_changes_nothing_of_a_successor()
    {
        var call = Call("once");
        await BeginAsync(call);
        await Calls.ForgetAsync(call);
        var next = Again(call);
        await BeginAsync(next);

        await Calls.CompleteAsync(call, Answer);
        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(call)));
        await Calls.ForgetAsync(call);
        Assert.IsType<Begun.InProgress>(await BeginAsync(Again(call)));
        await Calls.CompleteAsync(next, null);
        await Calls.ForgetAsync(next);
        Assert.Equal(new Begun.NotReplayable(next.Request), await BeginAsync(Again(call)));
    }

    [Fact]
    public async Task An_expired_key_is_new_also_before_it_is_swept()
    {
        var (done, running) = (Call("done"), Call("running"));
        await BeginAsync(done);
        await Calls.CompleteAsync(done, Answer);
        await BeginAsync(running);
        Calls.Leave(running);
        await AgeAsync(TimeSpan.FromHours(24));

        Assert.IsType<Begun.First>(await BeginAsync(Again(done) with { Body = Hash("other") }));
        Assert.IsType<Begun.First>(await BeginAsync(Again(running)));
    }

    [Fact]
    public async Task A_sweep_deletes_what_has_expired_and_nothing_else()
    {
        var old = Call("old");
        await Parallel.ForAsync(
            0, 1_001, Token, async (i, _) => await BeginAsync(Again(old) with { Hash = Hash($"{i}") }));
        await AgeAsync(TimeSpan.FromHours(24));
        var young = Call("young");
        await BeginAsync(young);
        await Calls.CompleteAsync(young, Answer);

        Assert.Equal(1_001, await Calls.SweepAsync(Token));
        Assert.Equal(0, await Calls.SweepAsync(Token));
        Assert.IsType<Begun.Replay>(await BeginAsync(Again(young)));
    }

    [Theory]
    [InlineData(31, 32)]
    [InlineData(32, 0)]
    public async Task A_hash_of_another_length_is_refused(int hash, int body)
    {
        var call = Call("once") with { Hash = new byte[hash], Body = new byte[body] };
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => BeginAsync(call));
    }

    /// <summary>An empty database's connection string; none for SQLite.</summary>
    protected abstract Task<string> CreateDatabaseAsync();

    private protected static byte[] Hash(string text) => SHA256.HashData(Encoding.ASCII.GetBytes(text));

    private protected static IdempotentCall Call(string key) => new(
        OrgId.Create(TimeProvider.System), KeyId.Create(TimeProvider.System), Hash(key), Hash("body"),
        RequestId.Create(TimeProvider.System));

    /// <summary>The same call as a request of its own.</summary>
    private protected static IdempotentCall Again(IdempotentCall call) =>
        call with { Request = RequestId.Create(TimeProvider.System) };

    private protected Task<Begun> BeginAsync(IdempotentCall call) => Calls.BeginAsync(call, Token);

    private protected async Task StartAsync(
        Func<ILedgerStore, ILedgerStore>? wrap = null, TimeProvider? time = null)
    {
        Node = await BillingNode.StartAsync(_directory, _connectionString, wrap: wrap, time: time);
        Calls = NewCalls(Node.Replica);
    }

    private protected IdempotentCalls NewCalls(Replica replica) =>
        new(Node.Store, () => replica.Current?.Id, NullLogger.Instance);

    /// <summary>The process dies without a word and starts again.</summary>
    private protected async Task CrashAsync(
        Func<ILedgerStore, ILedgerStore>? wrap = null, TimeProvider? time = null)
    {
        await Node.DisposeAsync();
        await StartAsync(wrap, time);
    }

    private Task<int> AgeAsync(TimeSpan age) => Node.Store.WriteAsync(
        session => session.ExecuteAsync(
            "UPDATE idempotency SET expires = expires - @age", ("age", age.Ticks / TimeSpan.TicksPerMillisecond)),
        Token);

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }
}
