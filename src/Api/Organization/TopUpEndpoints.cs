using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Api.Portal.Billing;
using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>POST /v1/organization/top_ups and GET of one: what the portal's checkout shows, for programs. Every
/// transfer to the address is credited with or without it.</summary>
internal sealed class TopUpEndpoints(TopUps topUps, DepositBoard board, BodyBudget budget, TimeProvider time)
{
    public const string Path = "/v1/organization/top_ups";

    private const int RetryAfterSeconds = 60;
    private const int MaxAmount = 40;

    public async Task CreateAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "usd", "rao");
        var org = context.Caller().Org;
        var (problem, row) = await topUps.CreateAsync(
            org, context.Actor(), person: null, Wish(body), context.RequestAborted);
        if (row is null)
        {
            throw new RefusedException(ErrorOf(problem, body.Has("usd") ? "usd" : "rao"));
        }

        await WriteAsync(context, row);
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var id = TopUpView.Parse((string?)context.Request.RouteValues["id"]);
        var row = id is { } one ? await topUps.FindAsync(context.Caller().Org, one) : null;
        await WriteAsync(context, row ?? throw new RefusedException(
            OpenAiError.NotFound("not_found", "There is no such top-up.")));
    }

    private static TopUpWish Wish(AdminBody body)
    {
        var rao = body.Integer("rao", 1, long.MaxValue);
        if (body.Find("usd") is not { } usd)
        {
            return rao is { } amount ? new(null, new Rao(amount)) : throw FieldReader.Missing("usd");
        }

        var text = usd.ValueKind switch
        {
            JsonValueKind.Number => usd.GetRawText(),
            JsonValueKind.String => usd.GetString()!,
            _ => "",
        };
        return rao is null && text.Length <= MaxAmount && NanoUsd.TryParseUsd(text, out var wanted)
            ? new(wanted, null)
            : throw FieldReader.OutOfRange("usd", "decimal USD with at most 9 decimals, and without rao beside it");
    }

    private static OpenAiError ErrorOf(TopUpProblem problem, string field) => problem switch
    {
        TopUpProblem.Amount => OpenAiError.Invalid(
            "invalid_value", $"'{field}' must be worth 1 to 1000000 USD.", field),
        TopUpProblem.NoRate => OpenAiError.Server(
            StatusCodes.Status503ServiceUnavailable, "no_rate",
            "Nobody knows what TAO is worth now. Deposits to your addresses are credited all the same.",
            RetryAfterSeconds),
        TopUpProblem.NoAddress => OpenAiError.Server(
            StatusCodes.Status503ServiceUnavailable, "deposits_unavailable",
            "No deposit address can be given out now. Those that you have stay yours.", RetryAfterSeconds),
        _ => new(StatusCodes.Status409Conflict, "conflict_error", "conflict",
            $"{TopUps.MostOpen} top-ups are open. Pay one, or wait until its quarter of an hour is over.")
        {
            ShouldRetry = false,
        },
    };

    private async Task WriteAsync(HttpContext context, Access.TopUpRow row)
    {
        var view = await board.ViewAsync(row, time.GetUtcNow(), context.RequestAborted);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, view));
    }

    private static void Write(Utf8JsonWriter writer, TopUpView view)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.top_up"u8);
        writer.WriteString("id"u8, TopUpView.IdOf(view.Row.Id));
        writer.WriteString("state"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(view.State.ToString()));
        writer.WriteString("anomaly"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(view.Note.ToString()));
        writer.WriteMoney("amount", new NanoUsd(view.Row.Nusd));
        writer.WriteNumber("rao"u8, view.Row.Rao);
        writer.WriteNumber("rest_rao"u8, view.Rest.Value);
        writer.WriteString("usd_per_tao"u8, view.Rate.ToUsdPerTao());
        writer.WriteString("address"u8, view.Row.Address);
        writer.WriteString("check_words"u8, ChainAddress.CheckWords(view.Row.Address));
        writer.WriteNumber("minimum_rao"u8, TopUpView.LeastRao);
        writer.WriteStartArray("deposits"u8);
        foreach (var deposit in view.Deposits)
        {
            writer.WriteStringValue(deposit.Id);
        }

        writer.WriteEndArray();
        writer.WriteString("created_at"u8, Moment(view.Row.CreatedAt));
        writer.WriteString("expires_at"u8, Moment(view.Row.ExpiresAt));
        writer.WriteEndObject();
    }

    private static string Moment(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString(
        "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
