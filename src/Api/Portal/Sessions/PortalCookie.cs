using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Gateway.Api.Hosting;

namespace Gateway.Api.Portal.Sessions;

/// <summary>The portal's cookies: 256 random bits each, of which the store keeps a hash. Browsers bind the prefix to
/// this host, https and the path /; DevNet on loopback has no https and so another name.</summary>
internal sealed class PortalCookie(GatewaySettings settings)
{
    /// <summary>A session.</summary>
    public const string Session = "gw";

    /// <summary>What is under way before somebody is signed in.</summary>
    public const string Attempt = "gw-try";

    /// <summary>Of antiforgery tokens.</summary>
    public const string Form = "gw-form";

    private const string HostPrefix = "__Host-";
    private const int Size = 32;

    /// <summary>Whether a request comes to DevNet on this machine, where cookies travel without https.</summary>
    public bool IsPlain(HttpContext context) => settings.IsDevNet && !context.Request.IsHttps
        && context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local);

    /// <summary>Sends a new id and returns its hash.</summary>
    public byte[] Issue(HttpContext context, string name, TimeSpan life)
    {
        var id = RandomNumberGenerator.GetBytes(Size);
        context.Response.Cookies.Append(
            NameOf(context, name), Base64Url.EncodeToString(id), Options(context, life));
        return SHA256.HashData(id);
    }

    /// <summary>The hash of the id that a request brings; null: none that could be ours.</summary>
    public byte[]? Read(HttpContext context, string name)
    {
        Span<byte> id = stackalloc byte[Size];
        return context.Request.Cookies[NameOf(context, name)] is { } text
            && Base64Url.GetMaxDecodedLength(text.Length) == Size
            && Base64Url.TryDecodeFromChars(text, id, out var written) && written == Size
            ? SHA256.HashData(id)
            : null;
    }

    public void Drop(HttpContext context, string name) =>
        context.Response.Cookies.Delete(NameOf(context, name), Options(context, TimeSpan.Zero));

    private string NameOf(HttpContext context, string name) => IsPlain(context) ? name : HostPrefix + name;

    private CookieOptions Options(HttpContext context, TimeSpan life) => new()
    {
        HttpOnly = true,
        Secure = !IsPlain(context),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = life,
        IsEssential = true,
    };
}
