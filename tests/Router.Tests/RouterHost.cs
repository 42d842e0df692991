using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core;
using Gateway.Router.Forwarding;
using Gateway.Router.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Router.Tests;

/// <summary>The router behind a real Kestrel, with an endpoint as small as the host's own will be.</summary>
internal sealed class RouterHost : IAsyncDisposable
{
    internal static readonly ModelId Model = new("m");
    internal static readonly byte[] Salt = [1, 2, 3, 4];

    private readonly WebApplication _app;
    private readonly TaskCompletionSource<Delivery> _delivery = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RouterHost(WebApplication app, HostSetup setup)
    {
        _app = app;
        Setup = setup;
        // Without draining, letting go of an unread response closes its connection: the caller hangs up.
        Client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseDrainSize = 0,
        });
    }

    internal HostSetup Setup { get; }

    internal HttpClient Client { get; }

    /// <summary>What the first request came to.</summary>
    internal Task<Delivery> Delivery => _delivery.Task;

    /// <summary>What all requests came to, in the order of their ends.</summary>
    internal ConcurrentQueue<Delivery> Deliveries { get; } = [];

    internal byte[] Commitment { get; private set; } = [];

    internal LoadTable Loads => _app.Services.GetRequiredService<LoadTable>();

    private Uri Address { get; set; } = new("http://127.0.0.1/");

    internal static async Task<RouterHost> StartAsync(HostSetup setup, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(setup.Time);
        builder.Services.AddSingleton(setup.Limits);
        builder.Services.AddSingleton<IUpstreamSource>(setup.Source);
        builder.Services.AddSingleton<IRequestSigner>(setup.Signer);
        if (setup.Guard is { } guard)
        {
            builder.Services.AddSingleton(guard);
        }

        builder.Services.AddModelRouter();
        var app = builder.Build();
        var host = new RouterHost(app, setup);
        app.Run(host.ServeAsync);
        await app.StartAsync(ct);
        host.Address = new(app.Urls.First());
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    internal Task<HttpResponseMessage> PostAsync(string body, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Address)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret-of-the-caller");
        request.Headers.TryAddWithoutValidation("Cookie", "session=1");
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    /// <summary>Posts and reads the whole answer.</summary>
    internal async Task<(HttpResponseMessage Response, string Body)> AskAsync(
        CancellationToken ct, string body = """{"model":"m","messages":[]}""")
    {
        var response = await PostAsync(body, ct);
        return (response, await response.Content.ReadAsStringAsync(ct));
    }

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.Headers["x-request-id"] = Setup.Request.ToString();
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var chat = new ChatDispatch(
            body.ToArray(), Setup.Stream, Setup.IncludeUsage, Setup.MaxTokens, Setup.Choices, InputTokensBound: 100,
            InputTokensEstimate: 5, Setup.Time.GetUtcNow(), Setup.Time.GetTimestamp(), Salt, Setup.Stopping)
        {
            Prompts = Setup.Prompts,
        };
        var router = context.RequestServices.GetRequiredService<ModelRouter>();
        var planned = router.Plan(new(Setup.Request, Model, Features.None, Setup.Wish) { Answer = Setup.Answer });
        var plan = Assert.IsType<Planned.Route>(planned).Plan;
        await using var answer = await router.SendAsync(context, Setup.Reorder(plan), chat, Setup.Allowance);
        _delivery.TrySetResult(answer.Delivery);
        Deliveries.Enqueue(answer.Delivery);
        await EndAsync(context, answer);
    }

    private async Task EndAsync(HttpContext context, Answer answer)
    {
        Commitment = answer.Seal(Setup.Charge).ToArray();
        if (Setup.SettlingFails)
        {
            await RefuseAsync(context, answer);
            return;
        }

        await answer.FinishAsync(context.RequestAborted);
        if (answer.Delivery.Status == DeliveryStatus.FailedBeforeFirstByte && !answer.Delivery.ResponseStarted)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    // As the host does: a status while one can still be sent, an error frame on a stream under way.
    private static async Task RefuseAsync(HttpContext context, Answer answer)
    {
        if (answer.Delivery.ResponseStarted)
        {
            await answer.FailAsync("billing_unavailable", "It could not be settled.");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }
}

/// <summary>What a test sets of the host.</summary>
internal sealed class HostSetup
{
    internal HostSetup(params ReadOnlySpan<Uri> miners)
    {
        var upstreams = new List<Upstream>();
        foreach (var miner in miners)
        {
            var name = $"static/{upstreams.Count}";
            upstreams.Add(new(name, RouterHost.Model, miner, "openai", Features.All, Quality.Real)
            {
                Operator = name,
            });
        }

        Source = new(upstreams);
    }

    internal FakeSource Source { get; }

    internal IRequestSigner Signer { get; init; } = new RecordingSigner();

    internal IDialGuard? Guard { get; init; }

    internal RequestId Request { get; } = new(new Guid("01890000-0000-7000-8000-000000000001"));

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal RouterLimits Limits { get; init; } = new();

    internal FakeAllowance Allowance { get; init; } = new();

    internal bool Stream { get; init; } = true;

    internal bool IncludeUsage { get; init; } = true;

    internal bool SettlingFails { get; init; }

    internal long? MaxTokens { get; init; }

    internal RouteWish Wish { get; init; } = RouteWish.None;

    internal AnswerKind Answer { get; init; }

    internal int Choices { get; init; } = 1;

    /// <summary>What one request asks beside each other; empty: its body.</summary>
    internal IReadOnlyList<PromptCall> Prompts { get; init; } = [];

    internal CancellationToken Stopping { get; init; }

    internal Charge Charge { get; init; } = new(new(123), new(20), new(0), new(100), new(0));

    // Tests script the first miner to fail and the second to answer, so the order is theirs, not the hash's.
    internal RoutePlan Reorder(RoutePlan plan) => plan.Lines.Count > 1 ? plan : new(
        plan.Request, plan.Strategy, [.. plan.Candidates.OrderBy(upstream => upstream.Name, StringComparer.Ordinal)],
        plan.SnapshotVersion);
}

/// <summary>A snapshot the test swaps.</summary>
internal sealed class FakeSource(IReadOnlyList<Upstream> upstreams) : IUpstreamSource
{
    public UpstreamSnapshot Current { get; set; } = new(1, upstreams);

    internal void Swap(params Upstream[] next) => Current = new(Current.Version + 1, next);
}

/// <summary>Records what it was asked to sign, and adds a header made from it.</summary>
internal sealed class RecordingSigner : IRequestSigner
{
    public void Sign(Upstream upstream, HttpRequestMessage request, ReadOnlySpan<byte> body) =>
        request.Headers.Add("x-signed", Convert.ToHexString(SHA256.HashData(body)));
}

/// <summary>A signer with a bug.</summary>
internal sealed class BrokenSigner : IRequestSigner
{
    public void Sign(Upstream upstream, HttpRequestMessage request, ReadOnlySpan<byte> body) =>
        throw new InvalidOperationException("It cannot sign.");
}

/// <summary>An allowance with as much credit as the test gives it.</summary>
internal sealed class FakeAllowance : IAllowance
{
    private long _covered = 1024;

    public long CoveredOutputTokens
    {
        get => Breaks ? throw new InvalidOperationException("It is broken.") : Volatile.Read(ref _covered);
        init => _covered = value;
    }

    public long OutputTokensLimit { get; init; } = 4096;

    public CutReason LimitReason { get; init; }

    /// <summary>When set, a bug of ours shows while an answer is read.</summary>
    internal bool Breaks { get; init; }

    internal long Credit { get; init; } = long.MaxValue;

    internal List<long> Asked { get; } = [];

    /// <summary>When set, extensions wait for it.</summary>
    internal Task? Pause { get; init; }

    public async ValueTask<bool> ExtendAsync(long outputTokens, CancellationToken ct)
    {
        Asked.Add(outputTokens);
        if (Pause is not null)
        {
            await Pause.WaitAsync(ct);
        }

        if (outputTokens > Credit)
        {
            return false;
        }

        Volatile.Write(ref _covered, outputTokens);
        return true;
    }
}
