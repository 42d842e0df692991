using System.Security.Cryptography;
using Gateway.Api.Content;

namespace Gateway.Api.Tests.Content;

public sealed class ContentSealTests
{
    private static readonly Guid Id = Guid.Parse("01900000-0000-7000-8000-000000000001");

    private readonly ContentSeal _seal = new(new byte[32]);

    [Fact]
    public void What_was_sealed_opens_and_looks_different_every_time()
    {
        var (one, two) = (_seal.Seal(Id, "a", "text"u8), _seal.Seal(Id, "a", "text"u8));

        Assert.Equal("text"u8.ToArray(), _seal.Open(Id, "a", one));
        Assert.NotEqual(one, two);
        Assert.True(one.AsSpan().IndexOf("text"u8) < 0);
    }

    [Fact]
    public void It_opens_as_nothing_else_by_no_other_secret_and_not_when_a_bit_was_changed()
    {
        var text = _seal.Seal(Id, "a", "text"u8);

        Assert.ThrowsAny<CryptographicException>(() => _seal.Open(Id, "b", text));
        Assert.ThrowsAny<CryptographicException>(() => _seal.Open(Guid.Empty, "a", text));
        Assert.ThrowsAny<CryptographicException>(() => new ContentSeal([.. Enumerable.Repeat((byte)1, 32)])
            .Open(Id, "a", text));
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => _seal.Open(Id, "a", changed));
        }

        Assert.ThrowsAny<CryptographicException>(() => _seal.Open(Id, "a", []));
    }
}
