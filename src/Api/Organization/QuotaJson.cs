using Gateway.Api.Limits;

namespace Gateway.Api.Organization;

/// <summary>A limit in a body: absent leaves what was, null or 1000000000 takes it away.</summary>
internal readonly record struct QuotaChange(bool IsGiven, long? Value)
{
    public long? Or(long? old) => IsGiven ? Value : old;
}

/// <summary>Reads limits of rates.</summary>
internal static class QuotaJson
{
    public static QuotaChange Read(AdminBody body, string name)
    {
        var value = body.Integer(name, 1, Quota.Unlimited);
        return new(body.Has(name), value == Quota.Unlimited ? null : value);
    }
}
