using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Gateway.Api.Audit;

/// <summary>What stood in the store before an act changed it.</summary>
internal static class AuditChanges
{
    // Hashes are bytes, which are never told; an address may hold a receiver's own secret.
    private const string Withheld = nameof(WebhookRow.Url);

    /// <summary>The changed columns of an act that is not saved yet, as they were; null when it changes no row that was
    /// there.</summary>
    public static JsonObject? Before(AccessDb db)
    {
        var was = new JsonObject();
        foreach (var row in db.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Modified))
        {
            foreach (var property in row.Properties.Where(IsTold))
            {
                was[property.Metadata.GetColumnName()] = ValueOf(property.OriginalValue);
            }
        }

        return was.Count > 0 ? was : null;
    }

    private static bool IsTold(PropertyEntry property) =>
        property.IsModified && property.Metadata.Name != Withheld && property.Metadata.ClrType != typeof(byte[])
        && property.OriginalValue is null or string or bool or int or long or Guid
        && !Equals(property.OriginalValue, property.CurrentValue);

    private static JsonValue? ValueOf(object? value) => value switch
    {
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        Guid id => JsonValue.Create(id.ToString("N")),
        _ => null,
    };
}
