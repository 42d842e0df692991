using Gateway.Api.Hosting;

namespace Gateway.Api.Commands;

/// <summary>A command's own options, taken out of the arguments; what remains are settings.</summary>
internal static class Options
{
    private static readonly string[] SettingPrefixes =
        ["--urls", "--environment", "--Gateway:", "--Logging:", "--AllowedHosts", "--Kestrel:"];

    /// <summary>Takes <c>--name value</c> and <c>--name=value</c> for the given names.</summary>
    public static Dictionary<string, string> Take(string[] args, string[] names, out string[] rest)
    {
        var taken = new Dictionary<string, string>();
        var left = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = Split(args[i]);
            if (!names.Contains(name))
            {
                left.Add(args[i]);
                continue;
            }

            value ??= ++i < args.Length ? args[i] : throw new StartRefusedException($"{name} needs a value.");
            if (!taken.TryAdd(name, value))
            {
                throw new StartRefusedException($"{name} stands twice.");
            }
        }

        rest = [.. left];
        RequireSettings(rest);
        return taken;
    }

    /// <summary>Refuses words that are neither settings of ours nor of the host: a typo must not pass in
    /// silence.</summary> <exception cref="StartRefusedException">The first such word.</exception>
    public static void RequireSettings(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = Split(args[i]);
            if (!SettingPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                throw new StartRefusedException(name.StartsWith('-')
                    ? $"{name} is not an option here. --help lists them all."
                    : $"'{name}' is out of place: a command comes first, and a setting is --Gateway:KEY=VALUE.");
            }

            if (value is null && ++i == args.Length)
            {
                throw new StartRefusedException($"{name} needs a value.");
            }
        }
    }

    private static (string Name, string? Value) Split(string arg)
    {
        var sign = arg.IndexOf('=', StringComparison.Ordinal);
        return sign < 0 ? (arg, null) : (arg[..sign], arg[(sign + 1)..]);
    }
}
