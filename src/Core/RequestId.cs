using System.Buffers.Binary;

namespace Gateway.Core;

/// <summary>One request; also the id of its receipt. Public text: <c>req_</c> and 32 hex digits.</summary>
/// <param name="Value">A UUID version 7, so that ids sort by time.</param>
public readonly record struct RequestId(Guid Value)
{
    private const string Prefix = "req_";

    /// <summary>A new id at the clock's time.</summary>
    public static RequestId Create(TimeProvider time) => new(CreateVersion7(time.GetUtcNow()));

    /// <summary>Reads the public text; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        var parsed = PublicId.TryParse(text, Prefix, out var value);
        id = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => PublicId.Format(Prefix, Value);

    // RFC 9562, 5.7, as Guid.CreateVersion7 makes it, but without its call into the system for every request: 48 bits
    // of Unix milliseconds, then 74 random bits around the version and the variant.
    private static Guid CreateVersion7(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << 16);
        SecureRandom.Fill(bytes[6..]);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }
}
