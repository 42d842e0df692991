namespace Gateway.Api.Access;

/// <summary>Public ids of what only this module knows: a prefix and a UUID as 32 hex digits.</summary>
internal static class ObjectIds
{
    public static string User(Guid id) => "user_" + id.ToString("N");

    public static string Group(Guid id) => "group_" + id.ToString("N");

    public static string Invite(Guid id) => "invite_" + id.ToString("N");

    public static string ServiceAccount(Guid id) => "svc_" + id.ToString("N");

    public static string AuditLog(Guid id) => "audit_" + id.ToString("N");

    public static string Webhook(Guid id) => "wh_" + id.ToString("N");

    public static string WebhookEvent(Guid id) => "evt_" + id.ToString("N");

    public static string Delivery(Guid id) => "whd_" + id.ToString("N");

    public static string SpendAlert(Guid id) => "alert_" + id.ToString("N");

    /// <summary>The id behind a public text; null for anything that <paramref name="format"/> does not write.</summary>
    public static Guid? Parse(string? text, Func<Guid, string> format)
    {
        const int Digits = 32;
        return text?.Length > Digits && Guid.TryParseExact(text[^Digits..], "N", out var id) && format(id) == text
            ? id
            : null;
    }
}
