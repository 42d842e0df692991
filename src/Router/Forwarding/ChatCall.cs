using Gateway.Router.Metering;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>Everything about one request that its attempts share.</summary>
internal sealed class ChatCall
{
    private readonly long _began;

    internal ChatCall(
        HttpContext context,
        RoutePlan plan,
        ChatDispatch chat,
        IAllowance allowance,
        TimeProvider time,
        RouterLimits limits)
    {
        Context = context;
        Plan = plan;
        Chat = chat;
        Allowance = allowance;
        Time = time;
        Limits = limits;
        Gate = new(allowance, time);
        Clock = new(time, chat.StartedTimestamp);
        Client = new(context, chat, Clock, time, limits.KeepAlive);
        Bounds = new(chat.InputTokensBound, chat.InputTokensEstimate, allowance.OutputTokensLimit);
        _began = time.GetTimestamp();
    }

    internal HttpContext Context { get; }

    internal RoutePlan Plan { get; }

    internal ChatDispatch Chat { get; }

    internal IAllowance Allowance { get; }

    internal TimeProvider Time { get; }

    internal RouterLimits Limits { get; }

    internal AllowanceGate Gate { get; }

    internal WaitClock Clock { get; }

    internal ClientStream Client { get; }

    internal MeterBounds Bounds { get; }

    /// <summary>The route as JSON, when the caller wants it in the answer.</summary>
    internal byte[]? Route { get; set; }

    /// <summary>What is left of the time its attempts have together.</summary>
    internal TimeSpan TimeLeft => Limits.Total - Time.GetElapsedTime(_began);

    /// <summary>The most output tokens of one choice, when all are equally long: the allowance covers them
    /// together.</summary>
    internal long OutputLimitOfEach => Math.Max(1, Allowance.OutputTokensLimit / Chat.Choices);

    internal bool CallerGone => Context.RequestAborted.IsCancellationRequested;

    internal bool Stopping => Chat.Stopping.IsCancellationRequested;

    internal AnswerHead Head(Upstream served) => new(Plan.Request, Chat.Started.ToUnixTimeSeconds(), served);
}
