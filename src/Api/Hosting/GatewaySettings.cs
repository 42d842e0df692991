using System.Globalization;
using System.Net;
using Gateway.Api.Rates;
using Gateway.Api.Tokens;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Hosting;

/// <summary>The settings of this process, read once after <see cref="SettingsCheck"/> found no problem.</summary>
internal sealed record GatewaySettings(
    string DataDirectory,
    IReadOnlySet<string> Roles,
    string Network,
    TimeSpan DrainTimeout,
    string StorageConnectionString,
    string RedisConnectionString,
    DevNetSettings Simulator,
    FxRate? FixedRate,
    IReadOnlyList<StaticUpstream> StaticUpstreams)
{
    /// <summary>The simulated network, the default.</summary>
    public const string DevNet = "devnet";

    /// <summary>Where a reverse proxy of the same machine connects from.</summary>
    public const string Loopback = "127.0.0.0/8, ::1/128";

    /// <summary>Where metrics are served, except on DevNet.</summary>
    public const string DefaultManagement = "http://127.0.0.1:8081";

    /// <summary>The role that moves TAO.</summary>
    public const string SignerRole = "signer";

    /// <summary>The role that sets weights.</summary>
    public const string ValidatorRole = "validator";

    private static readonly string[] ChainRoles = ["chain", SignerRole, ValidatorRole];

    /// <summary>Names that requests may be sent to beside localhost and addresses; <c>*</c>: any.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Addresses behind which many callers stand, such as a reverse proxy's.</summary>
    public IReadOnlyList<IPNetwork> SharedAddresses { get; init; } = [];

    /// <summary>Failed authentications an address has in a minute before it is refused without a look-up.</summary>
    public int FailuresPerMinute { get; init; }

    /// <summary>Connections an address may have open.</summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>Where people reach the portal, such as <c>https://gateway.example.org</c>; empty: on this
    /// machine.</summary>
    public string PortalOrigin { get; init; } = "";

    /// <summary>Where people of the portal may prove who they are.</summary>
    public IReadOnlyList<Portal.SignIn.OidcIssuer> OidcIssuers { get; init; } = [];

    /// <summary>Where metrics are served, apart from all else; none: nowhere, on DevNet beside the rest.</summary>
    public IReadOnlyList<Uri> ManagementUrls { get; init; } = [];

    /// <summary>Where the access log goes: a file, or one of the words of <see cref="Telemetry.AccessLog"/>.</summary>
    public string AccessLog { get; init; } = Telemetry.AccessLog.Off;

    /// <summary>Whether webhooks may be sent to this machine: for tests, on DevNet.</summary>
    public bool AllowLoopbackWebhooks { get; init; }

    /// <summary>The bytes that an organisation's files may have in all.</summary>
    public long FileQuotaBytes { get; init; }

    /// <summary>The bytes that an organisation's stored responses may have in all.</summary>
    public long ResponseQuotaBytes { get; init; }

    /// <summary>Days that a batch is kept after its end, with its results.</summary>
    public int BatchKeepDays { get; init; } = 30;

    /// <summary>Lines of batches that run at once on this replica.</summary>
    public int BatchConcurrency { get; init; } = 4;

    /// <summary>What the signer does and does not.</summary>
    public required SignerSettings Signer { get; init; }

    /// <summary>Whether this process signs and nothing else.</summary>
    public bool IsSignerAlone => Roles.Count == 1 && Roles.Contains(SignerRole);

    /// <summary>How the chain is reached.</summary>
    public required ChainSettings Chain { get; init; }

    /// <summary>The subnets whose miners are used.</summary>
    public IReadOnlyList<SubnetPolicy> Subnets { get; init; } = [];

    /// <summary>Where TAO's price is read; empty where it is fixed or unknown.</summary>
    public IReadOnlyList<RateFeed> RateFeeds { get; init; } = [];

    /// <summary>Whose tokens are taken beside keys.</summary>
    public IReadOnlyList<TokenIssuer> TokenIssuers { get; init; } = [];

    public bool IsDevNet => Network == DevNet;

    /// <summary>Whether a role of this process reads the chain or sends to it.</summary>
    public bool UsesChain => IsDevNet || Roles.Overlaps(ChainRoles) || Subnets.Count > 0;

    /// <summary>Whether this process takes deposits in. DevNet's chain lives in it, so nobody else could.</summary>
    public bool WatchesChain => IsDevNet || Roles.Contains("chain");

    public bool UsesPostgres => StorageConnectionString.Length > 0;

    public bool UsesRedis => RedisConnectionString.Length > 0;

    public static GatewaySettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Gateway");
        var network = section["Network"] ?? DevNet;
        var roles = section["Roles"] ?? "api,chain,experts,validator,signer";
        var rate = section["Rates:Fixed"];
        return new(
            Path.GetFullPath(section["DataDirectory"] ?? "./data"),
            roles.Split(',', StringSplitOptions.TrimEntries).ToHashSet(),
            network,
            TimeSpan.Parse(section["DrainTimeout"] ?? "00:01:00", CultureInfo.InvariantCulture),
            section["Storage:ConnectionString"] ?? "",
            section["Redis:ConnectionString"] ?? "",
            DevNetSettings.Read(section.GetSection("DevNet")),
            rate is not null && FxRate.TryParseUsdPerTao(rate, out var fixedRate) ? fixedRate : null,
            [.. section.GetSection("Upstreams:Static").GetChildren().Select(StaticUpstream.Read)])
        {
            Signer = SignerSettings.Read(section),
            Chain = ChainSettings.Read(section.GetSection("Chain"), network),
            Subnets = SubnetPolicy.ReadAll(section.GetSection("Subnets"), network),
            TokenIssuers = [.. section.GetSection("Tokens:Issuers").GetChildren().Select(TokenIssuer.Read)],
            RateFeeds = [.. section.GetSection("Rates:Sources").GetChildren().Select(RateFeed.Read)],
            PortalOrigin = section["Portal:Origin"] ?? "",
            OidcIssuers = [.. section.GetSection("Portal:Oidc").GetChildren().Select(Portal.SignIn.OidcIssuer.Read)],
            ManagementUrls = [.. ListenAddresses
                .Split(section["Management:Urls"] ?? (network == DevNet ? "" : DefaultManagement))
                .Select(url => new Uri(url))],
            AccessLog = section["AccessLog"] ?? Telemetry.AccessLog.Off,
            AllowLoopbackWebhooks = bool.Parse(section["Webhooks:AllowLoopback"] ?? "false"),
            AllowedHosts = Split(section["AllowedHosts"] ?? ""),
            SharedAddresses = [.. Split(section["Access:SharedAddresses"] ?? Loopback).Select(IPNetwork.Parse)],
            FailuresPerMinute = int.Parse(section["Access:FailuresPerMinute"] ?? "600", CultureInfo.InvariantCulture),
            ConnectionsPerAddress = int.Parse(
                section["Access:ConnectionsPerAddress"] ?? "500", CultureInfo.InvariantCulture),
            BatchConcurrency = int.Parse(section["Batches:Concurrency"] ?? "4", CultureInfo.InvariantCulture),
            BatchKeepDays = int.Parse(section["Batches:KeepDays"] ?? "30", CultureInfo.InvariantCulture),
            FileQuotaBytes = long.Parse(section["Files:QuotaBytes"] ?? "1073741824", CultureInfo.InvariantCulture),
            ResponseQuotaBytes = long.Parse(
                section["Responses:QuotaBytes"] ?? "1073741824", CultureInfo.InvariantCulture),
        };
    }

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Problems that only show when settings are seen together.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (upstream, index) in StaticUpstreams.Select((upstream, index) => (upstream, index)))
        {
            foreach (var missing in upstream.Missing())
            {
                yield return $"Gateway:Upstreams:Static:{index}:{missing} is missing.";
            }
        }

        foreach (var twice in StaticUpstreams.GroupBy(upstream => upstream.Name).Where(group => group.Count() > 1))
        {
            yield return $"Gateway:Upstreams:Static: the name '{twice.Key}' stands twice; names must differ.";
        }

        foreach (var problem in Subnets.SelectMany(policy => policy.Problems(Network)))
        {
            yield return problem;
        }

        foreach (var problem in RateFeed.Problems(RateFeeds, RateBook.LeastSources))
        {
            yield return problem;
        }

        foreach (var problem in (UsesChain ? Chain.Problems(Network) : []).Concat(Chain.PoolProblems(Network)))
        {
            yield return problem;
        }

        foreach (var problem in Portal.SignIn.OidcIssuer.Problems(OidcIssuers))
        {
            yield return problem;
        }

        foreach (var problem in TokenIssuer.Problems(TokenIssuers))
        {
            yield return problem;
        }

        foreach (var problem in Signer.Problems().Concat(CombinationProblems()))
        {
            yield return problem;
        }
    }

    private IEnumerable<string> CombinationProblems()
    {
        if (AllowLoopbackWebhooks && !IsDevNet)
        {
            yield return "Gateway:Webhooks:AllowLoopback is for devnet only: elsewhere it opens this machine to "
                + "strangers.";
        }

        if (!Roles.Contains("api") && !IsSignerAlone)
        {
            yield return "Gateway:Roles must contain api, or be signer alone: no other split is built in this version.";
        }

        if (IsSignerAlone && (!UsesPostgres || IsDevNet))
        {
            yield return "Gateway:Roles is signer alone: it shares the books through PostgreSQL "
                + "(Gateway:Storage:ConnectionString), and devnet's chain lives in its own process.";
        }
    }
}
