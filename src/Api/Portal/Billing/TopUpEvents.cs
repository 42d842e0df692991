using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Billing;

/// <summary>GET /billing/top-up/{id}/events: tells an open page that the chain moved, as server-sent events (WHATWG
/// HTML, 9.2). The page then asks for itself anew, so that there is one way to show a top-up.</summary>
internal sealed class TopUpEvents(
    TopUps topUps, DepositBoard board, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    public async Task GetAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        if (TopUpView.Parse((string?)context.Request.RouteValues["id"]) is not { } id
            || await topUps.FindAsync(me.OrganizationId, id) is null)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
        end.CancelAfter(Life);
        try
        {
            await TellAsync(context.Response, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The page was left, its time is over, or the process stops: a browser comes back by itself.
        }
    }

    private async Task TellAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        var (told, toldAt) = (board.Mark, time.GetTimestamp());
        await WriteAsync(response, $"data: {told}\n\n", cancellationToken);
        while (true)
        {
            await Task.Delay(Pause, time, cancellationToken);
            var mark = board.Mark;
            // Time moves too: the page asks anew for what is out of date, and for rates that came.
            if (mark == told && time.GetElapsedTime(toldAt) < KeepAlive)
            {
                continue;
            }

            await WriteAsync(response, $"data: {mark}\n\n", cancellationToken);
            (told, toldAt) = (mark, time.GetTimestamp());
        }
    }

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
