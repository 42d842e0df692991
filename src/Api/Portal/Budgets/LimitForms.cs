using System.Globalization;
using Gateway.Api.Access;
using Gateway.Api.Limits;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Budgets;

/// <summary>What the pages of limits change: budgets and rates of the organisation, of projects and of keys, each by
/// who may do the same with the API.</summary>
internal sealed class LimitForms(
    LimitStore limits, KeyStore keys, LimitOwners owners, KeyDirectory directory, Allowances allowances)
{
    /// <summary>POST /limits/{id}/spend: what the organisation or a project may spend, and each of its end
    /// users.</summary>
    public async Task SpendAsync(HttpContext context)
    {
        if (await FindOwnerAsync(context) is not { } owner)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        var own = await ReadSpendAsync(context, "cap", "period");
        var each = await ReadSpendAsync(context, "usercap", "userperiod");
        if ((own.Fault ?? each.Fault) is { } fault)
        {
            await ShowAsync(context, fault);
            return;
        }

        await SetAsync(context, owner, LimitStore.Own, own.Limit);
        await SetAsync(context, owner, LimitStore.EndUser, each.Limit);
        directory.Refresh(owner.Org);
        if (own.Limit is { } limit)
        {
            await allowances.CountAsync(owner.Org, owner.Of(limit), [], CancellationToken.None);
        }

        PortalForm.GoTo(context, "/limits");
    }

    /// <summary>POST /limits/{id}/rates: how fast the organisation or a project may ask.</summary>
    public async Task RatesAsync(HttpContext context)
    {
        if (await FindOwnerAsync(context) is not { } owner)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        var model = await PortalForm.FieldAsync(context, "model");
        var (quota, fault) = await ReadQuotaAsync(context);
        if (model.Length > 0 && !ModelId.IsValid(model))
        {
            fault = new("model", "limits.problem.model");
        }

        if (fault is null && await limits.ChangeRateAsync(
            owner.Org, owner.Id, model, _ => quota, PortalVisitor.Of(context)!.ActorOf(context)) is null)
        {
            fault = new("model", "limits.problem.models");
        }

        if (fault is not null)
        {
            await ShowAsync(context, fault);
            return;
        }

        directory.Refresh(owner.Org);
        PortalForm.GoTo(context, "/limits");
    }

    /// <summary>POST /limits/{id}/key: what a key may spend, and how fast it may ask.</summary>
    public async Task KeyAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        if (await owners.FindKeyAsync(me.OrganizationId, IdOf(context)) is not var (project, key))
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        var (limit, fault) = await ReadSpendAsync(context, "cap", "period");
        var (quota, second) = await ReadQuotaAsync(context);
        if ((fault ?? second) is { } wrong)
        {
            await ShowAsync(context, wrong);
            return;
        }

        var changed = await keys.ChangeAsync(
            project, new(key.Id), old => old with { SpendLimit = limit, Quota = quota }, me.ActorOf(context));
        directory.Refresh(me.OrganizationId);
        if (changed is not null && limit is { } set)
        {
            await allowances.CountAsync(
                me.OrganizationId, set.ToAllowance(new KeyId(key.Line ?? key.Id).ToString(), BudgetKind.Key),
                await keys.LineAsync(key), CancellationToken.None);
        }

        PortalForm.GoTo(context, "/limits");
    }

    private static string IdOf(HttpContext context) => (string?)context.Request.RouteValues["id"] ?? "";

    private static Task ShowAsync(HttpContext context, FormFault fault) =>
        PortalPages.ShowFaultAsync<Pages.LimitPage>(context, "limit", fault, new { Id = IdOf(context) });

    private Task SetAsync(HttpContext context, LimitOwner owner, string kind, SpendLimit? limit)
    {
        var actor = PortalVisitor.Of(context)!.ActorOf(context);
        return limit is { } given
            ? limits.SetSpendAsync(owner.Org, owner.Id, kind, given, actor)
            : limits.ClearSpendAsync(owner.Org, owner.Id, kind, actor);
    }

    private static async Task<(SpendLimit? Limit, FormFault? Fault)> ReadSpendAsync(
        HttpContext context, string cap, string period)
    {
        var text = await PortalForm.FieldAsync(context, cap);
        if (text.Length == 0)
        {
            return default;
        }

        return PortalForm.TryReadUsd(text, out var amount)
            && SpendLimit.ParsePeriod(await PortalForm.FieldAsync(context, period)) is { } known
                ? (new SpendLimit(amount, known), null)
                : (null, new(cap, "limits.problem.cap"));
    }

    private static async Task<(Quota Quota, FormFault? Fault)> ReadQuotaAsync(HttpContext context)
    {
        var (rates, fault) = (new long?[4], (FormFault?)null);
        for (var kind = 0; kind < rates.Length; kind++)
        {
            var name = NameOf((LimitKind)kind);
            var text = await PortalForm.FieldAsync(context, name);
            if (text.Length > 0)
            {
                var isRight = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number is >= 1 and < Quota.Unlimited;
                rates[kind] = number;
                fault ??= isRight ? null : new(name, "limits.problem.rate");
            }
        }

        return (new(rates[0], rates[1], rates[2], rates[3]), fault);
    }

    /// <summary>The field of a rate limit.</summary>
    public static string NameOf(LimitKind kind) => kind switch
    {
        LimitKind.RequestsPerMinute => "rpm",
        LimitKind.TokensPerMinute => "tpm",
        LimitKind.RequestsPerDay => "rpd",
        LimitKind.Concurrent => "open",
    };

    private Task<LimitOwner?> FindOwnerAsync(HttpContext context) =>
        owners.FindAsync(PortalVisitor.Of(context)!.OrganizationId, IdOf(context));
}
