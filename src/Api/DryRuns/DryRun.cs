using System.Collections.Concurrent;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.DryRuns;

/// <summary>Asks everything that a request is asked before it is sent, in the same order and of the same code, and
/// takes nothing: which limit lets it through, and which does not.</summary>
internal sealed class DryRun(
    ModelRouter router, Ledger ledger, Admission admission, BodyBudget budget, TimeProvider time)
{
    // A prompt is made, copied into the body and read: what it takes is no more than this many times its length.
    private const long CopiesOfPrompt = 3;

    private readonly ConcurrentDictionary<OrgId, byte> _running = new();

    /// <summary>Tries a request. One at a time for an organisation: looking ahead holds up what draws on its credit.
    /// </summary>
    /// <param name="caller">Who would send it.</param>
    /// <param name="request">What he would send.</param>
    /// <param name="identity">Of the request that asks.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RefusedException">503: another is under way, or too many bodies are in flight.</exception>
    public async Task<DryRunResult> RunAsync(
        Caller caller, TriedRequest request, RequestIdentity identity, CancellationToken ct)
    {
        var bytes = CopiesOfPrompt * request.PromptBytes;
        budget.Take(bytes);
        try
        {
            return _running.TryAdd(caller.Org, 0)
                ? await RunAloneAsync(caller, request, identity, ct)
                : throw new RefusedException(OpenAiError.Server(
                    StatusCodes.Status503ServiceUnavailable, "overloaded",
                    "Another trial of this organisation's limits is under way. Repeat the request after a moment.", 1));
        }
        finally
        {
            budget.Return(bytes);
        }
    }

    private async Task<DryRunResult> RunAloneAsync(
        Caller caller, TriedRequest request, RequestIdentity identity, CancellationToken ct)
    {
        try
        {
            using var order = Read(caller, request, identity, budget);
            return await RunAsync(caller, order, identity, ct);
        }
        catch (RefusedException refusal)
        {
            return new([], refusal.Error);
        }
        finally
        {
            _running.TryRemove(caller.Org, out _);
        }
    }

    /// <summary>Reads a request as its endpoint would.</summary>
    /// <exception cref="RefusedException">A field is wrong.</exception>
    public static ChatOrder Read(Caller caller, TriedRequest request, RequestIdentity identity, BodyBudget budget)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(caller);
        context.Features.Set(identity);
        return request.Shape.Read(request.ToBody(), context.Request, budget);
    }

    private async Task<DryRunResult> RunAsync(
        Caller caller, ChatOrder order, RequestIdentity identity, CancellationToken ct)
    {
        var chat = order.Chat;
        var rates = admission.Foresee(caller, chat);
        List<DryRunLine> lines = [.. rates.Select(rate => DryRunLine.Of(rate, time.GetUtcNow()))];
        DryRunResult? refused = null;
        if (rates.Count > 0 && RateLimiter.Longest(rates) is { Passes: false } longest)
        {
            refused = new(lines, longest.ToError(chat.Model.Value))
            {
                Blocker = lines[rates.ToList().IndexOf(longest)],
            };
        }

        Quote quote;
        try
        {
            var plan = ChatRoutes.Plan(router, identity.Id, caller, chat);
            quote = Quoting.Quote(ledger, plan, chat, order.Body.Length);
        }
        catch (RefusedException refusal)
        {
            return refused ?? new(lines, refusal.Error);
        }

        var result = await ForeseeAsync(caller, chat, quote, lines, ct);
        return refused is null ? result : refused with { Hold = result.Hold, Ceiling = result.Ceiling };
    }

    private async Task<DryRunResult> ForeseeAsync(
        Caller caller, ChatRequest chat, Quote quote, List<DryRunLine> lines, CancellationToken ct)
    {
        var foreseen = await ledger.ForeseeAsync(admission.PayerOf(caller, chat), quote.Hold, ct);
        var first = lines.Count;
        lines.AddRange(foreseen.Standings.Select(standing => DryRunLine.Of(standing, quote.Hold)));
        var blocker = foreseen.Refusal is null ? null : lines.Skip(first).FirstOrDefault(line => !line.Passes);
        var pays = chat.Task == ModelTask.Chat && blocker is not null
            ? quote.CoveredBy(new(Math.Max(0, blocker.Room))) / chat.Choices
            : 0;
        return new(lines, foreseen.Refusal is { } refusal
            ? await admission.ExplainAsync(refusal, caller, chat, quote, ct)
            : null)
        {
            Blocker = blocker,
            Hold = quote.Hold,
            Ceiling = quote.Ceiling,
            AffordableTokens = pays > 0 ? pays : null,
        };
    }
}
