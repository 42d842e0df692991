using System.Text.Json.Nodes;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Router;

namespace Gateway.Api.Portal.Playground;

/// <summary>POST /playground: asks for a visitor whose browser runs no scripts, and shows the whole answer. The request
/// is made with a key like the one that the page's script gets.</summary>
internal sealed class PlaygroundForm(PlaygroundKeys keys, PlaygroundCaller caller, RouteBoard board)
{
    /// <summary>The largest file of a sound, in bytes.</summary>
    public const int MostSound = 24_000_000;

    /// <summary>The largest form: the file, with what other forms may hold.</summary>
    public const long MostBody = MostSound + PortalGuard.MaxBody;

    public async Task PostAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (PlaygroundMode.Find(board, form["mode"].ToString()) is not { } mode)
        {
            PortalForm.GoTo(context, "/playground");
            return;
        }

        var given = form.Keys.ToDictionary(name => name, name => form[name].ToString(), StringComparer.Ordinal);
        try
        {
            var requests = new PlaygroundRequest(name => given.GetValueOrDefault(name, "").Trim()).Read(mode);
            var file = mode.IsForm
                ? form.Files.GetFile("file") ?? throw new PlaygroundFieldException("file")
                : null;
            await ShowAsync(context, new(mode.Name, given, await AskAsync(context, mode, requests, file), null));
        }
        catch (PlaygroundFieldException wrong)
        {
            await ShowAsync(context, new(mode.Name, given, [], wrong.Field));
        }
    }

    private async Task<IReadOnlyList<PlaygroundAnswer>> AskAsync(
        HttpContext context, PlaygroundMode mode, IReadOnlyList<JsonObject> requests, IFormFile? file)
    {
        if (await keys.MakeAsync(context) is not { } key)
        {
            throw new PlaygroundFieldException("key");
        }

        return await Task.WhenAll(requests.Select(async request => PlaygroundAnswer.Of(
            TitleOf(request), PlaygroundRequest.Written(request),
            await caller.AskAsync(context, key.Text, mode.Path, request, file))));
    }

    private static string TitleOf(JsonObject request) =>
        (request["routing"]?["only"]?[0] ?? request["model"]) is { } name
        ? SafeText.Of(name.ToString()) + (request["routing"]?["strategy"] is { } strategy ? $" · {strategy}" : "")
        : "";

    private static Task ShowAsync(HttpContext context, PlaygroundTurn turn)
    {
        context.Features.Set(turn);
        return PortalPages.ShowAsync<PlaygroundPage>(
            context, "playground",
            status: turn.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}

/// <summary>What was asked and answered, for the page that shows it.</summary>
/// <param name="Mode">The mode; null: the address names it.</param>
/// <param name="Given">The form's fields, by their names.</param>
/// <param name="Answers">What came, one for each that was asked.</param>
/// <param name="Problem">The field that cannot be sent; null: none.</param>
internal sealed record PlaygroundTurn(
    string? Mode, IReadOnlyDictionary<string, string> Given, IReadOnlyList<PlaygroundAnswer> Answers, string? Problem)
{
    /// <summary>Before anything was asked.</summary>
    public static PlaygroundTurn None { get; } = new(null, new Dictionary<string, string>(), [], null);
}
