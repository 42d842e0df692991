using System.Globalization;

namespace Gateway.Router.Planning;

/// <summary>Whom a name in <c>only</c> or <c>exclude</c> means: an expert by its full name or by the part that its
/// operator gave it, a hotkey, or a whole subnet.</summary>
internal static class ExpertNames
{
    /// <summary>The first name that means nobody; null when each may mean somebody.</summary>
    internal static Planned.UnknownExpert? FindUnknown(RoutingTable table, RouteWish wish) =>
        FindUnknown(table, wish.Only) is { } one ? new(one, IsExcluded: false)
        : FindUnknown(table, wish.Exclude) is { } other ? new(other, IsExcluded: true)
        : null;

    internal static bool IsNamed(Upstream upstream, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (IsNamed(upstream, names[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static string? FindUnknown(RoutingTable table, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i];
            if (!RouteWish.IsHotkey(name) && !TryReadSubnet(name, out _)
                && !Array.Exists(table.Experts, expert => IsNamed(expert.Upstream, name)))
            {
                return name;
            }
        }

        return null;
    }

    private static bool IsNamed(Upstream upstream, string name) =>
        string.Equals(name, upstream.Name, StringComparison.Ordinal)
        || name.AsSpan().SequenceEqual(upstream.Name.AsSpan(upstream.Name.IndexOf('/') + 1))
        || (upstream.Hotkey is { } hotkey && string.Equals(name, hotkey.Ss58, StringComparison.Ordinal))
        || (upstream.NetUid is { } netUid && TryReadSubnet(name, out var number) && number == netUid.Value);

    private static bool TryReadSubnet(string name, out ushort number)
    {
        number = 0;
        return name.StartsWith("sn", StringComparison.Ordinal)
            && ushort.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
