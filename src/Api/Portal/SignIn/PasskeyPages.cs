using Gateway.Api.OpenAi;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.SignIn;

/// <summary>What the browser's passkey module calls: first for options, then with what the authenticator made of
/// them.</summary>
internal sealed class PasskeyPages(PortalSessions sessions, TimeProvider time)
{
    /// <summary>How a session says that a passkey opened it.</summary>
    public const string ByPasskey = "passkey";

    /// <summary>A button that uses a passkey, for a browser that runs our module.</summary>
    public static string Button(string text, string path, string back, string failed) => $"""
        <p {SignInModule.Attributes}><button type="button" class="button" data-passkey="{path}"
          data-back="{PortalPage.Text(back)}" data-failed="{PortalPage.Text(failed)}"
          hidden>{PortalPage.Text(text)}</button><span role="status"></span></p>
        """;

    public static Task OptionsAsync(HttpContext context) => WriteOptionsAsync(context, PortalVisitor.Of(context));

    /// <summary>Signs in, or, of somebody signed in, proves himself anew.</summary>
    public async Task UseAsync(HttpContext context)
    {
        var credential = await ReadAsync(context);
        var person = await Of(context).FindAsync(context, credential);
        var visitor = PortalVisitor.Of(context);
        if (person is null || (visitor is not null && visitor.PersonId != person.Id))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (visitor is null)
        {
            await sessions.OpenAsync(context, person.Id, ByPasskey);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await sessions.StepUpAsync(context, visitor, ByPasskey);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    public async Task NewOptionsAsync(HttpContext context, PortalVisitor visitor)
    {
        if (!AccountPages.MayEnrol(visitor, time.GetUtcNow()))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await WriteAsync(context, await Of(context).BeginNewAsync(context, visitor));
    }

    public async Task NewAsync(HttpContext context, PortalVisitor visitor)
    {
        var name = context.Request.Headers.UserAgent.ToString();
        var isKept = AccountPages.MayEnrol(visitor, time.GetUtcNow())
            && await Of(context).AddAsync(context, visitor, await ReadAsync(context), name);
        context.Response.StatusCode = isKept ? StatusCodes.Status204NoContent : StatusCodes.Status403Forbidden;
    }

    private static Passkeys Of(HttpContext context) => context.RequestServices.GetRequiredService<Passkeys>();

    private static async Task WriteOptionsAsync(HttpContext context, PortalVisitor? visitor) =>
        await WriteAsync(context, await Of(context).BeginAsync(context, visitor));

    private static Task WriteAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private static async Task<string> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_value", "Send JSON."));
        }

        using var reader = new StreamReader(context.Request.Body);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }
}
