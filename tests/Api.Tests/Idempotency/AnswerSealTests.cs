using System.Text;
using Gateway.Api.Idempotency;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Tests.Idempotency;

public sealed class AnswerSealTests
{
    private const string Key = "the caller's key";

    private static readonly byte[] Plain = Encoding.ASCII.GetBytes("the answer");

    private readonly AnswerSeal _seal = new([.. Enumerable.Repeat((byte)7, 32)]);
    private readonly IdempotentCall _call = new(
        OrgId.Create(TimeProvider.System), KeyId.Create(TimeProvider.System), default, default,
        RequestId.Create(TimeProvider.System));

    [Fact]
    public void A_later_call_opens_what_an_earlier_one_sealed()
    {
        var later = _call with { Request = RequestId.Create(TimeProvider.System) };
        Assert.Equal(Plain, _seal.Open(later, Key, _call.Request, Sealed()));
    }

    [Fact]
    public void Nothing_else_opens_it()
    {
        var kept = Sealed();
        var org = _call with { Org = OrgId.Create(TimeProvider.System) };
        var key = _call with { Key = KeyId.Create(TimeProvider.System) };
        var secret = new AnswerSeal([.. Enumerable.Repeat((byte)8, 32)]);

        Assert.Null(_seal.Open(org, Key, _call.Request, kept));
        Assert.Null(_seal.Open(key, Key, _call.Request, kept));
        Assert.Null(_seal.Open(_call, "another key", _call.Request, kept));
        Assert.Null(_seal.Open(_call, Key, RequestId.Create(TimeProvider.System), kept));
        Assert.Null(_seal.Open(_call, Key, _call.Request, kept with { Status = 201 }));
        Assert.Null(_seal.Open(_call, Key, _call.Request, kept with { ContentType = "text/plain" }));
        Assert.Null(secret.Open(_call, Key, _call.Request, kept));
    }

    [Fact]
    public void Any_changed_or_missing_byte_is_noticed()
    {
        var kept = Sealed();
        for (var i = 0; i < kept.Sealed.Length; i++)
        {
            var changed = kept.Sealed.ToArray();
            changed[i] ^= 1;
            Assert.Null(_seal.Open(_call, Key, _call.Request, kept with { Sealed = changed }));
            Assert.Null(_seal.Open(_call, Key, _call.Request, kept with { Sealed = kept.Sealed[..i] }));
        }
    }

    [Fact]
    public void The_same_answer_is_never_sealed_alike_and_hides_itself()
    {
        var (first, second) = (Sealed().Sealed.ToArray(), Sealed().Sealed.ToArray());
        Assert.NotEqual(first[1..], second[1..]);
        Assert.Equal(-1, first.AsSpan().IndexOf(Plain));
    }

    [Fact]
    public void A_hash_depends_on_key_and_secret()
    {
        Assert.Equal(_seal.Hash(Key), _seal.Hash(Key));
        Assert.NotEqual(_seal.Hash(Key), _seal.Hash(Key + " "));
        Assert.NotEqual(_seal.Hash(Key), new AnswerSeal(new byte[32]).Hash(Key));
    }

    private KeptAnswer Sealed() => _seal.Seal(_call, Key, 200, "application/json", Plain);
}
