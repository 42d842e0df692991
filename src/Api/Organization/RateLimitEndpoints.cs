using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.Limits;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Organization;

/// <summary>rate_limits of the organisation and of its projects: one object a model, and <c>rl-*</c> for all models
/// together.</summary>
internal sealed class RateLimitEndpoints(
    LimitStore limits, ProjectEndpoints projects, KeyDirectory keys, RouteBoard board, BodyBudget budget)
{
    private const string Prefix = "rl-";
    private const string AllModels = "*";
    private const string PerMinute = "max_requests_per_1_minute";
    private const string TokensPerMinute = "max_tokens_per_1_minute";
    private const string PerDay = "max_requests_per_1_day";
    private const string Concurrent = "max_concurrent_requests";

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var owner = await OwnerAsync(context);
        var known = await limits.RatesAsync(owner.Id);
        var after = After(context.Request);
        var rows = Models(known.Keys)
            .Where(model => after is null || string.CompareOrdinal(model, after) > 0)
            .Take(limit + 1)
            .Select(model => (Model: model, Quota: known.GetValueOrDefault(model)))
            .ToList();
        await Paging.WriteAsync(context, rows, limit, row => IdOf(row.Model),
            (writer, row) => Write(writer, owner, row.Model, row.Quota));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var org = context.Caller().Org;
        var owner = await OwnerAsync(context);
        var model = ModelOf((string?)context.Request.RouteValues["id"]) ?? throw AdminErrors.NotFound("rate limit");
        if (!Models((await limits.RatesAsync(owner.Id)).Keys).Contains(model))
        {
            throw AdminErrors.NotFound("rate limit");
        }

        var body = await AdminBody.ReadAsync(
            context.Request, budget, PerMinute, TokensPerMinute, PerDay, Concurrent);
        var changed = await limits.ChangeRateAsync(org, owner.Id, model, ReadChange(body), context.Actor())
            ?? throw AdminErrors.Conflict($"At most {LimitStore.MaxModels} models may have limits of their own.");
        keys.Refresh(org);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, owner, model, changed));
    }

    private static Func<Quota, Quota> ReadChange(AdminBody body)
    {
        var (requests, tokens) = (QuotaJson.Read(body, PerMinute), QuotaJson.Read(body, TokensPerMinute));
        var (days, open) = (QuotaJson.Read(body, PerDay), QuotaJson.Read(body, Concurrent));
        return old => new(
            requests.Or(old.RequestsPerMinute), tokens.Or(old.TokensPerMinute),
            days.Or(old.RequestsPerDay), open.Or(old.Concurrent));
    }

    private async Task<Owner> OwnerAsync(HttpContext context) => context.Request.RouteValues.ContainsKey("project")
        ? new((await projects.FindAsync(context)).Id, true)
        : new(context.Caller().Org.Value, false);

    // Ordinal order puts the empty name of all models first.
    private IEnumerable<string> Models(IEnumerable<string> limited) =>
        board.Models.Select(offer => offer.Model.Value)
            .Concat(limited)
            .Concat(["", ModelId.Auto.Value])
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static string? After(HttpRequest request) => Paging.After(request) is not { } text
        ? null
        : ModelOf(text) ?? throw FieldReader.OutOfRange("after", "a rate limit's id");

    private static string IdOf(string model) => Prefix + Shown(model);

    private static string Shown(string model) => model.Length == 0 ? AllModels : model;

    private static string? ModelOf(string? id)
    {
        if (id?.StartsWith(Prefix, StringComparison.Ordinal) != true)
        {
            return null;
        }

        var model = id[Prefix.Length..];
        return model == AllModels ? "" : ModelId.IsValid(model) ? model : null;
    }

    private static void Write(Utf8JsonWriter writer, Owner owner, string model, Quota quota)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, owner.IsProject ? "project.rate_limit"u8 : "organization.rate_limit"u8);
        writer.WriteString("id"u8, IdOf(model));
        writer.WriteString("model"u8, Shown(model));
        writer.WriteNumber(PerMinute, quota.RequestsPerMinute ?? Quota.Unlimited);
        writer.WriteNumber(TokensPerMinute, quota.TokensPerMinute ?? Quota.Unlimited);
        writer.WriteNumber(PerDay, quota.RequestsPerDay ?? Quota.Unlimited);
        writer.WriteNumber(Concurrent, quota.Concurrent ?? Quota.Unlimited);
        writer.WriteEndObject();
    }

    /// <summary>Whose limits they are.</summary>
    private readonly record struct Owner(Guid Id, bool IsProject);
}
