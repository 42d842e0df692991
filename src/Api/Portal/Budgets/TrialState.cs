using Gateway.Api.Access;
using Gateway.Api.DryRuns;
using Gateway.Api.OpenAi;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Portal.Budgets;

/// <summary>What was tried on the page of limits, and what would become of it; one for each request.</summary>
internal sealed class TrialState(DryRun dryRun, DryRunEndpoint callers)
{
    /// <summary>The keys to choose from.</summary>
    public IReadOnlyList<ApiKeyRow> Keys { get; set; } = [];

    /// <summary>What was asked.</summary>
    public TrialForm Form { get; private set; } = new(null, "", 0, null);

    /// <summary>What would become of it; null when nothing was asked, or the key is none.</summary>
    public DryRunResult? Result { get; private set; }

    /// <summary>Reads the page's address and tries what it says.</summary>
    public async Task RunAsync(PageFrame page)
    {
        Form = TrialForm.Read(page);
        page.Fault = Form.Fault;
        if (Form.Request is { } request && await callers.FindAsync(page.Org, Form.Key) is { } caller)
        {
            var identity = page.Context.Features.GetRequiredFeature<RequestIdentity>();
            try
            {
                Result = await dryRun.RunAsync(caller, request, identity, CancellationToken.None);
            }
            catch (RefusedException refusal)
            {
                Result = new([], refusal.Error);
            }
        }
    }
}
