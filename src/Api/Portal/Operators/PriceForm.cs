using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Audit;
using Gateway.Api.Operators;
using Gateway.Api.Portal.Operators.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;

namespace Gateway.Api.Portal.Operators;

/// <summary>POST /operator/prices: a new price version, or the second person's word for one that waits; by the door of
/// <c>prices import</c>.</summary>
internal sealed class PriceForm(PriceDesk desk, AuditTrail trail)
{
    public const string Path = "/operator/prices";

    /// <summary>The fields of a model's prices, as a price file names them.</summary>
    public static IReadOnlyList<string> Fields { get; } =
    [
        "input_per_million_tokens", "cached_per_million_tokens", "output_per_million_tokens",
        "reasoning_per_million_tokens", "per_request", "per_image", "per_audio_second", "per_character",
    ];

    /// <summary>The field of the miners' share.</summary>
    public const string Share = "miner_share_ppm";

    /// <summary>A price file of one model.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="field">Gives the text of a field.</param>
    public static string FileOf(string model, Func<string, string> field)
    {
        var prices = new JsonObject();
        foreach (var name in Fields.Where(name => field(name).Length > 0))
        {
            prices[name] = field(name);
        }

        prices[Share] = int.TryParse(field(Share), CultureInfo.InvariantCulture, out var share)
            ? share
            : field(Share);
        return new JsonObject { ["currency"] = "USD", ["models"] = new JsonObject { [model] = prices } }.ToJsonString();
    }

    public async Task PostAsync(HttpContext context, PortalVisitor visitor)
    {
        var (act, id) = (await PortalForm.FieldAsync(context, "act"), await PortalForm.FieldAsync(context, "id"));
        var file = act switch
        {
            "set" => await PortalForm.FieldAsync(context, "file"),
            "approve" => (await desk.WaitingAsync(context.RequestAborted)).FirstOrDefault(one => one.Id == id)?.File,
            _ => null,
        };
        if (file is null)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await OperatorPages.ReasonAsync(context, OperatorMarks.MaxReason) is not { } because)
        {
            await RefuseAsync(context, "operator.problem.reason", []);
            return;
        }

        var result = await ImportAsync(
            context, visitor, (Encoding.UTF8.GetBytes(file), because, act == "approve"));
        if (result.Refused.Count > 0)
        {
            await RefuseAsync(context, "operator.prices.refused", result.Refused);
            return;
        }

        PortalForm.GoTo(context, $"{Path}?done={(result.Pending.Count > 0 ? "pending"
            : result.Added.Count > 0 ? "set" : "unchanged")}");
    }

    // Noted before it is tried: the log may hold one that failed, and never lacks one that succeeded.
    private async Task<PriceImport> ImportAsync(
        HttpContext context, PortalVisitor visitor, (byte[] File, string Because, bool Approve) wish)
    {
        await trail.NoteAsync(AuditTrail.Operator, visitor.ActorOf(context), new("prices.imported", "prices", null,
            new JsonObject
            {
                ["author"] = visitor.Email,
                ["reason"] = wish.Because,
                ["approve"] = wish.Approve,
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(wish.File)),
            }));
        return await desk.ImportAsync(wish.File, visitor.Email, wish.Because, wish.Approve, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, string problem, IReadOnlyList<string> details) =>
        PortalPages.ShowAsync<PricesConsole>(
            context, "operator.prices", new { Problem = problem, Details = details }, StatusCodes.Status400BadRequest);
}
