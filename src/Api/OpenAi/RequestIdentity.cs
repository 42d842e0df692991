using Gateway.Core;

namespace Gateway.Api.OpenAi;

/// <summary>What names one request from its first byte on: its id, which is its receipt's id too, when it began, and
/// the salt of its commitments, which only its caller learns.</summary>
/// <param name="Id">The request's and the receipt's id.</param>
/// <param name="Started">When it arrived.</param>
/// <param name="Timestamp">The same on the monotonic clock.</param>
/// <param name="Salt">16 random bytes, never stored.</param>
internal sealed record RequestIdentity(RequestId Id, DateTimeOffset Started, long Timestamp, byte[] Salt)
{
    private const int SaltSize = 16;

    public static RequestIdentity Create(TimeProvider time)
    {
        var salt = new byte[SaltSize];
        SecureRandom.Fill(salt);
        return new(RequestId.Create(time), time.GetUtcNow(), time.GetTimestamp(), salt);
    }
}
