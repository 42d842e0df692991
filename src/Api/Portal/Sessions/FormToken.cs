using System.Buffers.Text;
using System.Security.Cryptography;
using Gateway.Api.Access;

namespace Gateway.Api.Portal.Sessions;

/// <summary>The token that every form of the portal carries: it belongs to the visitor's session, or to the cookie of
/// who is not signed in yet. A page of another site can send a form here, but cannot know it.</summary>
internal sealed class FormToken(Pepper pepper, PortalCookie cookie)
{
    /// <summary>The hidden field that brings it.</summary>
    public const string Field = "form-token";

    /// <summary>The header that brings it with JSON.</summary>
    public const string Header = "x-form-token";

    private static readonly TimeSpan AttemptLife = TimeSpan.FromHours(12);

    // Keys are hashed under the same pepper, and none of them starts like this.
    private static ReadOnlySpan<byte> Domain => "form\0"u8;

    /// <summary>The token for the forms of a page. Gives who is not signed in a cookie to bind it to.</summary>
    public string Of(HttpContext context)
    {
        var holder = PortalVisitor.Of(context) is not null
            ? cookie.Read(context, PortalCookie.Session)
            : Attempt(context);
        return Base64Url.EncodeToString(Seal(holder ?? Attempt(context)));
    }

    /// <summary>The hash of the cookie of somebody who is not signed in, which is made when he has none.</summary>
    public byte[] Attempt(HttpContext context)
    {
        const string Issued = "gateway.attempt";
        var hash = cookie.Read(context, PortalCookie.Attempt) ?? (byte[]?)context.Items[Issued]
            ?? cookie.Issue(context, PortalCookie.Attempt, AttemptLife);
        context.Items[Issued] = hash;
        return hash;
    }

    /// <summary>Whether a request that changes something brings the token of one of its own cookies.</summary>
    public async Task<bool> IsRightAsync(HttpContext context)
    {
        var request = context.Request;
        var text = request.Headers[Header].ToString();
        if (text.Length == 0 && request.HasFormContentType)
        {
            text = (await request.ReadFormAsync(context.RequestAborted))[Field].ToString();
        }

        return IsOf(text, cookie.Read(context, PortalCookie.Session))
            || IsOf(text, cookie.Read(context, PortalCookie.Attempt));
    }

    private bool IsOf(string text, byte[]? holder)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return holder is not null
            && Base64Url.GetMaxDecodedLength(text.Length) == given.Length
            && Base64Url.TryDecodeFromChars(text, given, out var written) && written == given.Length
            && CryptographicOperations.FixedTimeEquals(given, Seal(holder));
    }

    private byte[] Seal(byte[] holder) => HMACSHA256.HashData(pepper.Bytes, (byte[])[.. Domain, .. holder]);
}
