using System.Globalization;
using System.Xml;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Portal.Texts;

namespace Gateway.Api.Portal.Watch;

/// <summary>GET /status.rss: incidents as a feed (RSS 2.0), in English for everybody.</summary>
internal sealed class StatusFeed(StatusHistory history, PortalOrigin origin)
{
    private const int Most = 50;

    // Whoever caches it gives it to readers of any language.
    private static readonly Words English = Words.In(Words.Default);
    private static readonly Figures Written = Figures.Of(English);

    public async Task GetAsync(HttpContext context)
    {
        context.Response.ContentType = "application/rss+xml; charset=utf-8";
        context.Response.Headers.CacheControl = "public, max-age=60";
        await using var writer = XmlWriter.Create(
            context.Response.Body, new XmlWriterSettings { Async = true, CloseOutput = false });
        await WriteAsync(writer, origin.Text.TrimEnd('/') + "/status");
        await writer.FlushAsync();
    }

    private async Task WriteAsync(XmlWriter writer, string address)
    {
        await writer.WriteStartDocumentAsync();
        await writer.WriteStartElementAsync(null, "rss", null);
        await writer.WriteAttributeStringAsync(null, "version", null, "2.0");
        await writer.WriteStartElementAsync(null, "channel", null);
        await WriteTextAsync(writer, "title", $"Gateway · {English["status.title"]}");
        await WriteTextAsync(writer, "link", address);
        await WriteTextAsync(writer, "description", English["status.lead"]);
        await WriteTextAsync(writer, "language", English.Language);
        foreach (var incident in history.Incidents().Take(Most))
        {
            await WriteItemAsync(writer, address, incident);
        }

        await writer.WriteEndElementAsync();
        await writer.WriteEndElementAsync();
        await writer.WriteEndDocumentAsync();
    }

    private static async Task WriteItemAsync(XmlWriter writer, string address, Incident incident)
    {
        await writer.WriteStartElementAsync(null, "item", null);
        await WriteTextAsync(writer, "title", English[$"status.{incident.Part}"]);
        await WriteTextAsync(writer, "link", address);
        await WriteTextAsync(writer, "description", English[
            "status.incident.text", Written.Moment(incident.From), Written.Moment(incident.To),
            Written.Percent(incident.Share)]);
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
