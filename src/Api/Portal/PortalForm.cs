using System.Buffers;
using Gateway.Api.Portal.Sessions;
using Gateway.Core;

namespace Gateway.Api.Portal;

/// <summary>Reads forms and sends browsers on. That a form came from a page of ours, the guard has seen.</summary>
internal static class PortalForm
{
    private static readonly SearchValues<char> AmountLetters = SearchValues.Create("0123456789.");

    /// <summary>A field of the form, trimmed; empty when it is not there.</summary>
    public static async Task<string> FieldAsync(HttpContext context, string name) =>
        (await context.Request.ReadFormAsync(context.RequestAborted))[name].ToString().Trim();

    /// <summary>Reads an amount of USD as people write it: digits and a point.</summary>
    public static bool TryReadUsd(string text, out NanoUsd amount)
    {
        amount = default;
        return !text.AsSpan().ContainsAnyExcept(AmountLetters) && NanoUsd.TryParseUsd(text, out amount);
    }

    /// <summary>Sends the browser on to a page of ours, by GET.</summary>
    public static void GoTo(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path == "/" ? path : ReturnPath.Of(path);
    }
}
