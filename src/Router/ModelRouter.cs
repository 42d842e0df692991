using Gateway.Router.Forwarding;
using Gateway.Router.Learning;
using Gateway.Router.Planning;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router;

/// <summary>Finds experts for chat requests and brings their answers. Safe for any thread.</summary>
public sealed class ModelRouter
{
    private readonly RoutingViews _views;
    private readonly ChatDispatcher _dispatcher;
    private readonly PrefixMemory _prefixes;

    internal ModelRouter(RoutingViews views, ChatDispatcher dispatcher, PrefixMemory prefixes)
    {
        _views = views;
        _dispatcher = dispatcher;
        _prefixes = prefixes;
    }

    /// <summary>Decides whom to try, in order: a pure function of the snapshot, what the gate has learned, the live
    /// load read once, and the request; no I/O. Hard filters come first; the gate then draws among the rest by what
    /// their models can do, how far they are believed, and what they cost in time and money at the strategy's rates.
    /// What is no chat goes to the least busy expert of its task.</summary>
    public Planned Plan(RouteRequest request) => request.Task == ModelTask.Chat
        ? Planner.Plan(_views.Current, request, _prefixes.Find(request.Prefix))
        : _views.PlanTask(request);

    /// <summary>Asks the plan's candidates, at most three, until one answers, and hands its stream on as it comes; the
    /// end is held back in the answer. Another candidate is tried only while the caller has seen nothing of an answer.
    /// Upstream failures are in the answer's <see cref="Delivery"/>, never thrown.</summary>
    /// <param name="context">The caller's request; its response must not have started. Headers already set
    /// stay.</param>
    /// <param name="plan">Whom to ask.</param>
    /// <param name="chat">What to ask.</param>
    /// <param name="allowance">How many output tokens are paid for; not touched after this returns.</param>
    /// <returns>The answer, to be sealed, finished and disposed.</returns>
    public Task<Answer> SendAsync(HttpContext context, RoutePlan plan, ChatDispatch chat, IAllowance allowance) =>
        _dispatcher.SendAsync(context, plan, chat, allowance);
}
