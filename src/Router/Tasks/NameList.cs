namespace Gateway.Router.Tasks;

/// <summary>Names that stand for one thing each, written as <c>thing:name,name thing:name</c>.</summary>
internal static class NameList
{
    /// <summary>From name, in any case, to thing.</summary>
    internal static Dictionary<string, string> Parse(string list)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in list.Split(' '))
        {
            var parts = entry.Split(':');
            foreach (var name in parts[1].Split(','))
            {
                names.Add(name, parts[0]);
            }
        }

        return names;
    }
}
