using System.Globalization;
using System.Xml;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Watch;

/// <summary>GET /status.rss: incidents as a feed (RSS 2.0).</summary>
internal sealed class StatusFeed(StatusHistory history, PortalOrigin origin)
{
    private const int Most = 50;

    public async Task GetAsync(HttpContext context)
    {
        var frame = context.RequestServices.GetRequiredService<PageFrame>();
        frame.Begin(context, "status");
        context.Response.ContentType = "application/rss+xml; charset=utf-8";
        context.Response.Headers.CacheControl = "public, max-age=60";
        await using var writer = XmlWriter.Create(
            context.Response.Body, new XmlWriterSettings { Async = true, CloseOutput = false });
        await WriteAsync(writer, frame, origin.Text.TrimEnd('/') + "/status");
        await writer.FlushAsync();
    }

    private async Task WriteAsync(XmlWriter writer, PageFrame frame, string address)
    {
        await writer.WriteStartDocumentAsync();
        await writer.WriteStartElementAsync(null, "rss", null);
        await writer.WriteAttributeStringAsync(null, "version", null, "2.0");
        await writer.WriteStartElementAsync(null, "channel", null);
        await WriteTextAsync(writer, "title", $"Gateway · {frame.W["status.title"]}");
        await WriteTextAsync(writer, "link", address);
        await WriteTextAsync(writer, "description", frame.W["status.lead"]);
        foreach (var incident in history.Incidents().Take(Most))
        {
            await WriteItemAsync(writer, frame, address, incident);
        }

        await writer.WriteEndElementAsync();
        await writer.WriteEndElementAsync();
        await writer.WriteEndDocumentAsync();
    }

    private static async Task WriteItemAsync(XmlWriter writer, PageFrame frame, string address, Incident incident)
    {
        await writer.WriteStartElementAsync(null, "item", null);
        await WriteTextAsync(writer, "title", frame.W[$"status.{incident.Part}"]);
        await WriteTextAsync(writer, "link", address);
        await WriteTextAsync(writer, "description", frame.W[
            "status.incident.text", frame.F.Moment(incident.From), frame.F.Moment(incident.To),
            frame.F.Percent(incident.Share)]);
        await WriteTextAsync(writer, "pubDate", incident.From.ToString("R", CultureInfo.InvariantCulture));
        await writer.WriteStartElementAsync(null, "guid", null);
        await writer.WriteAttributeStringAsync(null, "isPermaLink", null, "false");
        await writer.WriteStringAsync($"{incident.Part}-{incident.From.ToUnixTimeSeconds()}");
        await writer.WriteEndElementAsync();
        await writer.WriteEndElementAsync();
    }

    private static Task WriteTextAsync(XmlWriter writer, string name, string text) =>
        writer.WriteElementStringAsync(null, name, null, text);
}
