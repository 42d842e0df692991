using Gateway.Router.Metering;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>Everything about one request that its attempts share.</summary>
internal sealed class ChatCall
{
    private readonly long _began;
    private Receiver? _speaker;

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

    // A part of another one's work. Its own clock, since several may wait at once, unless it is the
    // part that goes to the caller.
    private ChatCall(ChatCall whole, ChatDispatch chat, IAllowance allowance, ClientStream? client, WaitClock? clock,
        long began)
    {
        (Context, Plan, Chat) = (whole.Context, whole.Plan, chat);
        (Allowance, Time, Limits) = (allowance, whole.Time, whole.Limits);
        Gate = new(allowance, whole.Time);
        Clock = clock ?? new(whole.Time, chat.StartedTimestamp);
        Client = client ?? new(whole.Context, chat, Clock, whole.Time, whole.Limits.KeepAlive);
        Bounds = new(chat.InputTokensBound, chat.InputTokensEstimate, allowance.OutputTokensLimit);
        _began = began;
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

    /// <summary>How many expert calls made the answer.</summary>
    internal int Calls { get; set; } = 1;

    /// <summary>The second attempt that may run beside the first; null where there can be none.</summary>
    internal HedgeRace? Race { get; set; }

    /// <summary>Whether an attempt has had its first token.</summary>
    internal bool HasSpeaker => Volatile.Read(ref _speaker) is not null;

    /// <summary>The route as JSON, when the caller wants it in the answer.</summary>
    internal byte[]? Route { get; set; }

    /// <summary>What is left of the time its attempts have together.</summary>
    internal TimeSpan TimeLeft => Limits.Total - Time.GetElapsedTime(_began);

    /// <summary>The most output tokens of one choice, when all are equally long: the allowance covers them
    /// together.</summary>
    internal long OutputLimitOfEach => Math.Max(1, Allowance.OutputTokensLimit / Chat.Choices);

    internal bool CallerGone => Context.RequestAborted.IsCancellationRequested;

    internal bool Stopping => Chat.Stopping.IsCancellationRequested;

    /// <summary>One expert call of several, read whole and kept from the caller.</summary>
    internal ChatCall Aside(ChatDispatch chat) => new(this, chat, Allowance, null, null, _began);

    /// <summary>One expert call of several, whose answer goes to the caller as it comes.</summary>
    internal ChatCall ToCaller(ChatDispatch chat) => new(this, chat, Allowance, Client, Clock, _began);

    /// <summary>One of several calls that make the answer together: a stream goes to the caller among the others, a
    /// whole answer is kept from him.</summary>
    /// <param name="chat">What it asks.</param>
    /// <param name="share">What covers it.</param>
    /// <param name="began">When its time began: those that waited for others have theirs whole.</param>
    internal ChatCall Share(ChatDispatch chat, IAllowance share, long began) =>
        new(this, chat, share, chat.Stream ? Client : null, null, began);

    /// <summary>The first attempt with content takes the word, and no other is heard beside it. True as often as that
    /// one asks.</summary>
    internal bool TryTakeWord(Receiver receiver)
    {
        var speaker = Interlocked.CompareExchange(ref _speaker, receiver, null);
        if (speaker is null)
        {
            Race?.Decide(receiver);
        }

        return speaker is null || ReferenceEquals(speaker, receiver);
    }

    /// <summary>It has failed before the caller saw anything of it: another may speak.</summary>
    internal void YieldWord(Receiver receiver) => Interlocked.CompareExchange(ref _speaker, null, receiver);

    internal bool IsSpeaker(Receiver receiver) => ReferenceEquals(Volatile.Read(ref _speaker), receiver);

    internal AnswerHead Head(Upstream served) => new(Plan.Request, Chat.Started.ToUnixTimeSeconds(), served);
}
