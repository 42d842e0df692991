using System.Net;

namespace Gateway.Api.Hosting;

/// <summary>Checks <c>--urls</c> before the server sees it: it would take a mistyped address for a host name and listen
/// on every interface.</summary>
internal static class ListenAddresses
{
    /// <summary>Returns the text when every address in it is plain.</summary>
    /// <exception cref="StartRefusedException">One is not.</exception>
    public static string Require(string urls)
    {
        foreach (var url in Split(urls))
        {
            if (!IsPlain(url))
            {
                throw new StartRefusedException($"--urls: '{url}' is not an address to listen on. Write "
                    + "http://HOST:PORT with an IP address, localhost, or * for every interface.");
            }
        }

        return urls;
    }

    /// <summary>The addresses in a text.</summary>
    public static string[] Split(string urls) =>
        urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether metrics could listen there: requests are told apart by the port they came to, so it is
    /// named.</summary>
    public static bool AreManagement(string urls) => Split(urls).All(url =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp
        && IPAddress.TryParse(uri.Host.Trim('[', ']'), out _) && uri.Port > 0 && uri.PathAndQuery == "/");

    /// <summary>All addresses to listen on, the public ones first.</summary>
    /// <exception cref="StartRefusedException">One port is named for both.</exception>
    public static string Join(string urls, IReadOnlyList<Uri> management)
    {
        var ports = Split(urls).Select(url => BindingAddress.Parse(url).Port).ToHashSet();
        return management.FirstOrDefault(url => ports.Contains(url.Port)) is { } twice
            ? throw new StartRefusedException($"Gateway:Management:Urls: port {twice.Port} is in --urls too. Metrics "
                + "are told from the rest by their port.")
            : string.Join(';', Split(urls).Concat(management.Select(url => url.GetLeftPart(UriPartial.Authority))));
    }

    private static bool IsPlain(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https"
                && address.Port is >= 0 and <= IPEndPoint.MaxPort
                && address.PathBase.Length == 0
                && (address.Host is "localhost" or "*" or "+" || IPAddress.TryParse(address.Host, out _));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
