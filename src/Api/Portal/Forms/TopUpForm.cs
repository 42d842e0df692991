using Gateway.Api.Portal.Billing;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Forms;

/// <summary>POST /billing/top-up: says how much somebody means to pay, and shows him where.</summary>
internal sealed class TopUpForm(TopUps topUps)
{
    public async Task PostAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var (problem, row) = PortalForm.TryReadUsd(await PortalForm.FieldAsync(context, "amount"), out var usd)
            ? await topUps.CreateAsync(
                me.OrganizationId, me.ActorOf(context), me.PersonId, new(usd, null), context.RequestAborted)
            : (TopUpProblem.Amount, null);
        if (row is not null)
        {
            PortalForm.GoTo(context, $"/billing/top-up/{TopUpView.IdOf(row.Id)}");
            return;
        }

        await PortalPages.ShowAsync<BillingPage>(context, "billing",
            new { Problem = $"billing.problem.{problem}" }, StatusCodes.Status400BadRequest);
    }
}
