using System.Security.Cryptography;
using System.Text;
using Gateway.Billing;

namespace Gateway.Api.Access;

/// <summary>Tells a caller's end users apart without keeping who they are: a keyed hash of the organisation and of what
/// the request says in <c>user</c>.</summary>
internal sealed class EndUsers(Pepper pepper)
{
    private const string Prefix = "usr_";
    private const int HashBytes = 16;

    // Keys are hashed under the same pepper, and none of them starts like this.
    private static ReadOnlySpan<byte> Domain => "end-user\0"u8;

    /// <summary>Who pays for a request of this end user.</summary>
    /// <param name="caller">Whose request it is.</param>
    /// <param name="user">What the request says; null or empty: nobody.</param>
    public Payer PayerOf(Caller caller, string? user)
    {
        if (string.IsNullOrEmpty(user))
        {
            return caller.Payer;
        }

        var id = IdOf(caller.Org.Value, user);
        return caller.EndUserLimit is { } limit
            ? caller.Payer with
            {
                EndUser = id,
                Budgets = [limit.ToAllowance(id, BudgetKind.EndUser), .. caller.Payer.Budgets],
            }
            : caller.Payer with { EndUser = id };
    }

    /// <summary>The end user's id: <c>usr_</c> and 32 hex digits.</summary>
    public string IdOf(Guid org, string user)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(
            pepper.Bytes, [.. Domain, .. org.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(user)], hash);
        return Prefix + Convert.ToHexStringLower(hash[..HashBytes]);
    }
}
