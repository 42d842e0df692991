using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Api.Access;

namespace Gateway.Api.Webhooks;

/// <summary>Secrets of webhooks, derived from the process's own secret: they stand in no store, and whoever reads the
/// database cannot sign.</summary>
internal sealed class WebhookSecrets(Pepper pepper)
{
    /// <summary>How a secret begins.</summary>
    public const string Prefix = "whsec_";

    // Keys and invites are hashed under the same pepper, and none of them starts like this.
    private static ReadOnlySpan<byte> Domain => "webhook\0"u8;

    /// <summary>The secret of a webhook, as its owner was shown it.</summary>
    public string Of(Guid webhook)
    {
        byte[] message = [.. Domain, .. webhook.ToByteArray(bigEndian: true)];
        return Prefix + Base64Url.EncodeToString(HMACSHA256.HashData(pepper.Bytes, message));
    }

    /// <summary>The header's value: <c>t=UNIX,v1=HEX</c>, HMAC-SHA-256 under the secret's text over
    /// <c>UNIX.BODY</c>.</summary>
    public string Sign(Guid webhook, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] message = [.. Encoding.ASCII.GetBytes(time), (byte)'.', .. body];
        var hash = HMACSHA256.HashData(Encoding.ASCII.GetBytes(Of(webhook)), message);
        return $"t={time},v1={Convert.ToHexStringLower(hash)}";
    }
}
