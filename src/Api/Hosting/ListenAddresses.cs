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
        foreach (var url in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IsPlain(url))
            {
                throw new StartRefusedException($"--urls: '{url}' is not an address to listen on. Write "
                    + "http://HOST:PORT with an IP address, localhost, or * for every interface.");
            }
        }

        return urls;
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
