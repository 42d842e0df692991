namespace Gateway.Architecture.Tests.Dependencies;

/// <summary>The rules of one module.</summary>
/// <param name="MayReference">Modules it may reference.</param>
/// <param name="OwnPackages">Package ids it alone may reference; an id ending in <c>.*</c> stands for a family.</param>
/// <param name="IsHost">Whether it may use the ASP.NET Core framework.</param>
/// <param name="IsWriter">Whether it owns a schema, and so may use EF Core and its two providers.</param>
/// <param name="Friends">Assemblies beside its tests and the bench that may see its internals.</param>
internal sealed record ModuleRules(
    string[] MayReference, string[] OwnPackages, bool IsHost, bool IsWriter, string[] Friends);

/// <summary>Who may depend on what. The same table is explained in docs/architecture.md.</summary>
internal static class House
{
    /// <summary>For whoever owns a schema: EF Core, and its providers for both stores.</summary>
    public static readonly string[] StoragePackages =
    [
        "Microsoft.EntityFrameworkCore.Relational", "Microsoft.EntityFrameworkCore.Sqlite",
        "Microsoft.EntityFrameworkCore.Design", "Npgsql", "Npgsql.EntityFrameworkCore.PostgreSQL",
    ];

    /// <summary>The parts of ChainBridge that DevNet shares, so that a simulated chain speaks the real codec.</summary>
    public static readonly string[] BridgePartsOfDevNet =
        ["Scale", "Metadata", "Blocks", "Extrinsics", "Keys", "Dialects"];

    /// <summary>By module name.</summary>
    public static readonly IReadOnlyDictionary<string, ModuleRules> Modules = new Dictionary<string, ModuleRules>
    {
        ["Core"] = new([], [], IsHost: false, IsWriter: false, []),
        ["Router"] = new(["Core"], [], IsHost: true, IsWriter: true, []),
        ["Billing"] = new(
            ["Core"], [], IsHost: false, IsWriter: true, ["Gateway.Simulation", "Gateway.Simulation.Tests"]),
        ["ChainBridge"] = new(
            ["Core"],
            ["libsodium", "SimpleBase", "System.IO.Hashing"],
            IsHost: false, IsWriter: true,
            ["Gateway.DevNet", "Gateway.DevNet.Tests", "Gateway.Api.Tests", "Gateway.Simulation"]),
        ["LocalExperts"] = new(
            ["Core"],
            [
                "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu",
                "Microsoft.ML.Tokenizers", "Microsoft.ML.Tokenizers.*",
            ],
            IsHost: false, IsWriter: false, []),
        ["Validation"] = new(["Core"], [], IsHost: false, IsWriter: true, []),
        ["DevNet"] = new(["Core", "LocalExperts", "ChainBridge"], [], IsHost: true, IsWriter: false, []),
        ["Api"] = new(
            ["Core", "Router", "Billing", "ChainBridge", "LocalExperts", "Validation", "DevNet"],
            [
                "StackExchange.Redis", "Microsoft.AspNetCore.*", "Swashbuckle.AspNetCore",
                "OpenTelemetry.*", "NSec.Cryptography",
            ],
            IsHost: true, IsWriter: true, []),
    };

    /// <summary>Whether a module may reference a package.</summary>
    public static bool Allows(string module, string package)
    {
        var rules = Modules[module];
        return rules.OwnPackages.Any(own => Matches(own, package))
            || (rules.IsWriter && StoragePackages.Contains(package))
            || (module != "Core" && Matches("Microsoft.Extensions.*", package));
    }

    private static bool Matches(string pattern, string package) => pattern.EndsWith(".*", StringComparison.Ordinal)
        ? package.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : package.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
