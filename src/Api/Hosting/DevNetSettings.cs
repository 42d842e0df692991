using System.Globalization;

namespace Gateway.Api.Hosting;

/// <summary>The settings of the simulated network.</summary>
/// <param name="Seed">All simulated behaviour follows from it.</param>
/// <param name="BlockTime">Of the simulated chain.</param>
/// <param name="ChainPort">Where its first port listens; 0 for a free one.</param>
internal sealed record DevNetSettings(int Seed, TimeSpan BlockTime, int ChainPort)
{
    public static DevNetSettings Read(IConfiguration section) => new(
        int.Parse(section["Seed"] ?? "42", CultureInfo.InvariantCulture),
        TimeSpan.Parse(section["BlockTime"] ?? "00:00:01", CultureInfo.InvariantCulture),
        int.Parse(section["ChainPort"] ?? "0", CultureInfo.InvariantCulture));
}
