using System.Net;
using Gateway.Api.Hosting;
using Gateway.Api.Wiring;
using Gateway.ChainBridge;

namespace Gateway.Api.Webhooks;

/// <summary>Which addresses somebody may give. What lies behind a name is judged when it is called; an address as the
/// host is judged at once.</summary>
internal sealed class WebhookAddress(GatewaySettings settings, WebhookClient client)
{
    /// <summary>The longest address.</summary>
    public const int MaxLength = 2048;

    /// <summary>What an address should have been that lies within our own networks.</summary>
    public const string Inside = "an address outside";

    private readonly AxonFilter _filter = AxonFilters.OfStrangers(settings, settings.AllowLoopbackWebhooks);

    /// <summary>What it should have been; null when it is good.</summary>
    public string? Problem(string text)
    {
        if (text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Fragment.Length > 0 || text.Any(char.IsControl) || !client.Admits(uri))
        {
            return $"an address that begins with https://, without a user and a fragment, at most {MaxLength} "
                + "characters";
        }

        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)
            && _filter.Problem(new(address, uri.Port)) is not null
                ? Inside
                : null;
    }
}
