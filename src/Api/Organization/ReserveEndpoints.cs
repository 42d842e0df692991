using System.Text;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>Proof of reserves: what is published to everybody, and each organisation's own leaf with its way to the
/// root.</summary>
internal sealed class ReserveEndpoints(Reserves reserves, TimeProvider time)
{
    private const int MaxDays = 400;

    // Anybody may ask and the list changes once a day: the store is not asked more often than this.
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private Published? _published;

    public async Task PublishedAsync(HttpContext context)
    {
        var known = Volatile.Read(ref _published);
        if (known is null || time.GetElapsedTime(known.At) > AskEvery)
        {
            var days = await reserves.ListAsync(MaxDays, context.RequestAborted);
            var list = string.Join(',', days.Select(day => Encoding.UTF8.GetString(day.Span)));
            known = new(time.GetTimestamp(), Encoding.UTF8.GetBytes($"{{\"reserves\":[{list}]}}"));
            Volatile.Write(ref _published, known);
        }

        await WriteAsync(context, known.Json);
    }

    public Task LatestAsync(HttpContext context) => ProveAsync(context, null);

    public Task GetAsync(HttpContext context) =>
        QueryReader.TryDay((string?)context.Request.RouteValues["day"], out var day)
            ? ProveAsync(context, day)
            : throw QueryReader.Wrong("day", "a day such as 2026-11-22");

    private async Task ProveAsync(HttpContext context, DateOnly? day)
    {
        _ = new QueryReader(context.Request);
        var proof = await reserves.ProofAsync(context.Caller().Org, day, context.RequestAborted)
            ?? throw new RefusedException(OpenAiError.NotFound("not_found",
                "Your organisation is in no published tree of that day. One is published each night, over the "
                + "organisations that had an account by then."));
        await WriteAsync(context, Encoding.UTF8.GetBytes(proof));
    }

    private static async Task WriteAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    private sealed record Published(long At, byte[] Json);
}
