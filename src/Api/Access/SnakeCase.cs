using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Names columns as the scripts in Schema/ do.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().Where(entity => !entity.IsMappedToJson())
            .SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(Of(property.Name));
        }
    }

    /// <summary>A name as the store and the API write it.</summary>
    public static string Of(string name) =>
        string.Concat(name.Select((c, i) =>
            char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
