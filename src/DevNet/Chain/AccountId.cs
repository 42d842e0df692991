using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain;

/// <summary>An account: the 32 bytes of its public key, or of a hash where no key exists.</summary>
internal readonly struct AccountId : IEquatable<AccountId>, IComparable<AccountId>
{
    private readonly Hash256 _id;

    public AccountId(ReadOnlySpan<byte> bytes) => _id = new Hash256(bytes);

    /// <summary>A development account, such as <c>//Alice</c>.</summary>
    public static AccountId OfUri(string uri)
    {
        using var pair = Sr25519Keypair.FromUri(uri);
        return new AccountId(pair.PublicKey);
    }

    /// <exception cref="ScaleException">The value is no account.</exception>
    public static AccountId Of(ScaleValue value) => new(value.ToAccount().Span);

    /// <summary>The account that an address names, or null for an address of another kind.</summary>
    public static AccountId? OfAddress(ScaleValue address) => address is ScaleValue.Case { Name: "Id" } id
        ? Of(id[0])
        : null;

    public byte[] ToArray() => _id.Bytes.ToArray();

    public ScaleValue ToValue() => ScaleValue.Of(_id.Bytes);

    public int CompareTo(AccountId other) => _id.Bytes.SequenceCompareTo(other._id.Bytes);

    public bool Equals(AccountId other) => _id == other._id;

    public override bool Equals(object? obj) => obj is AccountId other && Equals(other);

    public override int GetHashCode() => _id.GetHashCode();

    /// <summary>The address, SS58 with prefix 42.</summary>
    public override string ToString() => Ss58.Encode(_id.Bytes);

    public static bool operator ==(AccountId left, AccountId right) => left.Equals(right);

    public static bool operator !=(AccountId left, AccountId right) => !left.Equals(right);
}
