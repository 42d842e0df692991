using Gateway.Router.Combining;
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
    private readonly PanelDispatcher _panels;
    private readonly OwnDispatcher _own;
    private readonly PrefixMemory _prefixes;
    private readonly PromptSampler _prompts;

    internal ModelRouter(
        RoutingViews views, ChatDispatcher dispatcher, PanelDispatcher panels, OwnDispatcher own,
        PrefixMemory prefixes, PromptSampler prompts)
    {
        _own = own;
        _views = views;
        _dispatcher = dispatcher;
        _panels = panels;
        _prefixes = prefixes;
        _prompts = prompts;
    }

    /// <summary>Decides whom to try, in order: a pure function of the snapshot, what the gate has learned, the live
    /// load read once, and the request; no I/O. Hard filters come first; the gate then draws among the rest by what
    /// their models can do, how far they are believed, and what they cost in time and money at the strategy's rates.
    /// What is no chat goes to the least busy expert of its task. Where nobody who has all that is needed may be asked,
    /// it is planned for those who lack what the router can do itself.</summary>
    public Planned Plan(RouteRequest request)
    {
        if (request.Task != ModelTask.Chat)
        {
            return _views.PlanTask(request);
        }

        var planned = PlanChat(request);
        if (planned is Planned.Route && request.Text.Length > 0)
        {
            // The plan has just hashed it on this thread.
            _prompts.Offer(PlanScratch.Current.Gate.Features);
        }

        return planned;
    }

    /// <summary>Asks the plan's candidates, at most three, until one answers, and hands its stream on as it comes; the
    /// end is held back in the answer. Beside one whose first token is late the next may be asked early. The lines of a
    /// plan of several are combined by its strategy. Another candidate is tried only while the caller has seen nothing
    /// of an answer. Upstream failures are in the answer's <see cref="Delivery"/>, never thrown.</summary>
    /// <param name="context">The caller's request; its response must not have started. Headers already set
    /// stay.</param>
    /// <param name="plan">Whom to ask.</param>
    /// <param name="chat">What to ask.</param>
    /// <param name="allowance">How many output tokens are paid for; not touched after this returns.</param>
    /// <returns>The answer, to be sealed, finished and disposed.</returns>
    public Task<Answer> SendAsync(HttpContext context, RoutePlan plan, ChatDispatch chat, IAllowance allowance) =>
        plan.Lines.Count > 1
            ? _panels.SendAsync(context, plan, chat, allowance)
            : chat.Rules.AreOwn || chat.Prompts.Count > 0
            ? _own.SendAsync(context, plan, chat, allowance)
            : _dispatcher.SendAsync(context, plan, chat, allowance);

    // Who can do it comes first; then as little as may be is done here.
    private Planned PlanChat(RouteRequest request)
    {
        var (view, warm) = (_views.Current, _prefixes.Find(request.Prefix));
        var planned = Planner.Plan(view, request, warm);
        foreach (var own in Parts(request.Own & request.Needs))
        {
            if (planned is Planned.Route or Planned.UnknownModel or Planned.UnknownExpert)
            {
                break;
            }

            var other = Planner.Plan(view, request with { Needs = request.Needs & ~own, Doing = own }, warm);
            planned = other is Planned.Route ? other : planned;
        }

        return planned is Planned.Unsupported lacking
            ? lacking with { Able = _views.ModelsWith(lacking.Missing) }
            : planned;
    }

    private static IEnumerable<Features> Parts(Features features) =>
        new[] { Features.Choices, Features.Json, Features.Choices | Features.Json }
            .Where(part => (features & part) == part);
}
