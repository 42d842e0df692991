namespace Gateway.Billing;

/// <summary>Holds an organisation's account until the transaction ends: first in the order of locks, before its
/// lots.</summary>
internal static class AccountLock
{
    private const string Select = "SELECT org FROM org_account WHERE org = @org";

    internal static async Task TakeAsync(SqlSession session, string org) =>
        await session.ListAsync(Select + session.Dialect.LockRow, row => row.GetString(0), ("org", org));
}
