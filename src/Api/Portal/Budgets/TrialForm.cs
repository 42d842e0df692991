using System.Globalization;
using Gateway.Api.DryRuns;
using Gateway.Api.Portal.Forms;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Portal.Budgets;

/// <summary>The form "which limit blocks this?" as the page's address holds it: it changes nothing, so it is sent by
/// GET, and the address can be handed on.</summary>
/// <param name="Request">What would be sent; null: nothing was asked, or not rightly.</param>
/// <param name="Key">By which key.</param>
/// <param name="PerMinute">How often a minute; 0: nobody said.</param>
/// <param name="Fault">What was wrong.</param>
internal sealed record TrialForm(TriedRequest? Request, string Key, long PerMinute, FormFault? Fault)
{
    private const int MaxUser = 64;

    /// <summary>Reads the address.</summary>
    public static TrialForm Read(PageFrame page)
    {
        var key = page.Query("key");
        if (key.Length == 0)
        {
            return new(null, key, 0, null);
        }

        var (model, strategy, user) = (page.Query("model"), page.Query("strategy"), page.Query("user"));
        var (prompt, most) = (Number(page, "prompt", TriedRequest.MaxPrompt), Number(page, "most", int.MaxValue));
        var (choices, rate) = (Number(page, "n", DryRunEndpoint.MaxChoices),
            Number(page, "rate", DryRunEndpoint.MaxPerMinute));
        var endpoint = page.Query("endpoint");
        var fault = !ModelId.IsValid(model) ? new("model", "limits.problem.model")
            : user.Length > MaxUser || user.Any(char.IsControl) ? new FormFault("user", "trial.problem.user")
            : Wrong("prompt", prompt) ?? Wrong("most", most) ?? Wrong("n", choices) ?? Wrong("rate", rate);
        return fault is not null ? new(null, key, 0, fault) : new(
            new(TriedRequest.Endpoints.Contains(endpoint) ? endpoint : TriedRequest.Endpoints[0], model)
            {
                PromptBytes = (int)Math.Max(1, prompt.GetValueOrDefault(1)),
                MaxTokens = most > 0 ? most : null,
                Choices = (int)Math.Max(1, choices.GetValueOrDefault(1)),
                Strategy = StrategyNames.TryParse(strategy, out _) ? strategy : null,
                IsStreamed = page.Query("stream").Length > 0,
                User = user.Length == 0 ? null : user,
            },
            key, rate.GetValueOrDefault(), null);
    }

    // Empty is 0, and what is no number is null.
    private static long? Number(PageFrame page, string name, long most) => page.Query(name) is { Length: > 0 } text
        ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : null
        : 0;

    private static FormFault? Wrong(string name, long? number) =>
        number is null ? new(name, "trial.problem.number") : null;
}
