using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.DryRuns;
using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Gateway.Api.Telemetry;
using Gateway.Api.Tests.Http;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.DryRuns;

/// <summary>Organisations with limits of every kind in a gateway's own stores, admission over them with a clock that
/// stands, and the dry run beside it.</summary>
internal sealed class TrialGround(InProcessGateway gateway, Random random)
{
    private const int Orgs = 4;
    private const int KeysEach = 3;
    private const long Usd = 1_000_000_000;

    private static readonly string[] Models = ["", "scripted"];

    private readonly IServiceProvider _services = gateway.Services;
    private readonly Queue<(LimitLease Lease, Hold Hold)> _running = [];
    private readonly List<(OrgId Org, ProjectRow Project, List<KeyId> Keys)> _orgs = [];
    private readonly List<Caller> _callers = [];
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private Admission _admission = null!;

    public DryRun DryRun { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task BuildAsync()
    {
        _admission = new(
            new(new BucketTable(), new EqualShares(() => 1), _time), new CancelWatch(_time), Get<EndUsers>(),
            Get<RateBook>(), Get<DepositOffers>(), Get<GatewayMetrics>());
        DryRun = new(Get<ModelRouter>(), Get<Ledger>(), _admission, Get<BodyBudget>(), _time);
        for (var i = 0; i < Orgs; i++)
        {
            var org = await Get<AccessStore>().CreateOrganizationAsync($"trial {i}", $"trial{i}@example.org");
            var project = await Get<ProjectStore>().DefaultAsync(org);
            var keys = new List<KeyId>();
            for (var k = 0; k < KeysEach; k++)
            {
                var made = await Get<KeyStore>().CreateAsync(
                    project, new($"key {k}", KeyScopesText.Default, null, null, default, null), Actor.Console);
                keys.Add(new(made!.Value.Row.Id));
            }

            _orgs.Add((org, project, keys));
            await CreditAsync(org, i == 0 ? 1000 * Usd : random.NextInt64(Usd / 20, Usd / 4), $"first{i}");
        }
    }

    /// <summary>Sets other limits, and now and then adds credit.</summary>
    public async Task ChangeAsync(int step)
    {
        var (org, project, keys) = _orgs[step % Orgs];
        var limits = Get<LimitStore>();
        foreach (var owner in (Guid[])[org.Value, project.Id])
        {
            foreach (var model in Models)
            {
                await limits.ChangeRateAsync(org, owner, model, _ => AnyQuota(), Actor.Console);
            }

            foreach (var kind in (string[])[LimitStore.Own, LimitStore.EndUser])
            {
                await (AnySpend() is { } spend
                    ? limits.SetSpendAsync(org, owner, kind, spend, Actor.Console)
                    : limits.ClearSpendAsync(org, owner, kind, Actor.Console));
            }
        }

        foreach (var key in keys)
        {
            await Get<KeyStore>().ChangeAsync(project, key, old => old with
            {
                SpendLimit = AnySpend(),
                Quota = AnyQuota(),
                Models = random.Next(10) == 0 ? ["other"] : null,
            }, Actor.Console);
        }

        if (step % 3 == 0)
        {
            await CreditAsync(org, random.NextInt64(Usd / 1000, Usd / 10), $"more{step}");
        }

        _callers.Clear();
        foreach (var key in _orgs.SelectMany(one => one.Keys))
        {
            _callers.Add((await Get<AccessStore>().FindKeyAsync(key))!);
        }
    }

    /// <summary>A request of somebody's.</summary>
    public (Caller Caller, TriedRequest Request) Any()
    {
        _time.Advance(TimeSpan.FromMilliseconds(random.Next(4_000)));
        var endpoint = TriedRequest.Endpoints[random.Next(3) == 0 ? random.Next(4) : 0];
        var model = random.Next(20) switch { 0 => "auto", 1 => "nobody", _ => "scripted" };
        return (_callers[random.Next(_callers.Count)], new(endpoint, model)
        {
            PromptBytes = 1 << random.Next(15),
            MaxTokens = random.Next(3) == 0 ? null : random.Next(1, 3_000),
            Choices = endpoint == ChatEndpoint.Path && random.Next(4) == 0 ? random.Next(2, 5) : 1,
            IsStreamed = random.Next(2) == 0,
            Strategy = random.Next(6) == 0 ? "cheapest" : null,
            User = random.Next(2) == 0 ? $"user {random.Next(3)}" : null,
        });
    }

    /// <summary>Lets a request in as the endpoint does, or says what it reads.</summary>
    public async Task<OpenAiError?> EnterAsync(Caller caller, TriedRequest request, RequestIdentity identity)
    {
        LimitLease? lease = null;
        try
        {
            using var order = DryRun.Read(caller, request, identity, Get<BodyBudget>());
            var context = new DefaultHttpContext();
            context.Features.Set(caller);
            lease = await _admission.AdmitAsync(context, order.Chat);
            var plan = ChatRoutes.Plan(Get<ModelRouter>(), identity.Id, caller, order.Chat);
            var quote = Quoting.Quote(Get<Ledger>(), plan, order.Chat, order.Body.Length);
            var reserved = await Get<Ledger>().ReserveAsync(
                _admission.PayerOf(caller, order.Chat), identity.Id, quote, Token);
            if (reserved is Reserved.Held { Hold: var hold })
            {
                lease.Dispatched();
                _running.Enqueue((lease, hold));
                return null;
            }

            lease.Undo();
            return await _admission.ExplainAsync(reserved, caller, order.Chat, quote, Token);
        }
        catch (RefusedException refusal)
        {
            lease?.Undo();
            return refusal.Error;
        }
    }

    /// <summary>Ends some of the requests that run, with an answer or without.</summary>
    public async Task EndSomeAsync()
    {
        while (_running.Count > random.Next(3, 12))
        {
            var (lease, hold) = _running.Dequeue();
            var isAnswered = random.Next(3) > 0;
            var tokens = isAnswered ? random.NextInt64(hold.CoveredOutputTokens + 1) : 0;
            var now = TimeProvider.System.GetUtcNow();
            var usage = new Usage(0, 0, tokens, 0);
            lease.End(usage.Total);
            await Get<Ledger>().SettleAsync(
                Get<Ledger>().Price(hold, new(
                    isAnswered ? Ending.Complete : Ending.Failed, isAnswered ? hold.Quote.Prices[0].Model : null,
                    usage, false, isAnswered ? "stop" : "error", [],
                    new(ChatEndpoint.Path, new("scripted"), "best", now, now))),
                Commitments.None);
        }
    }

    private T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    // A TAO for a dollar: a rao buys a nano-USD.
    private Task CreditAsync(OrgId org, long nanos, string name) => Get<Ledger>().CreditAsync(
        new($"trial {org}", name, 1, 0, $"address {org}", org, new(nanos), new(1000), TimeProvider.System.GetUtcNow()),
        Token);

    private SpendLimit? AnySpend() => random.Next(4) > 0
        ? null
        : new(new(random.NextInt64(1, random.Next(4) == 0 ? Usd / 50 : Usd)), (BudgetPeriod)random.Next(4));

    private Quota AnyQuota() => random.Next(2) == 0 ? default : new(
        Maybe(20), Maybe(20_000), Maybe(400), Maybe(6));

    private long? Maybe(int most) => random.Next(2) == 0 ? null : random.Next(1, most);
}
