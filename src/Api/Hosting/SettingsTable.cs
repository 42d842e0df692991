using System.Globalization;
using System.Net;
using Gateway.Api.Rates;
using Gateway.Api.Redis;
using Npgsql;

namespace Gateway.Api.Hosting;

/// <summary>Every key under <c>Gateway:</c>. A key that is not here stops the start.</summary>
internal static class SettingsTable
{
    private const string Flag = "true or false";
    private const string Price = "decimal USD per million tokens, 0 to 10000, at most 6 decimals";

    private const string UnitPrice = "decimal USD, 0 to 10, at most 12 decimals";

    private const string Line = "1 to 500 characters without control characters";

    private static readonly string[] RoleNames = ["api", "chain", "experts", "validator", "signer"];
    private static readonly string[] Networks = ["devnet", "finney", "test", "custom"];
    private static readonly string[] Dialects = ["openai"];
    private static readonly string[] MinerDialects =
        ["openai", .. Wiring.RequestSigner.Miners.Keys.Concat(Wiring.Tongues.Tongue.Dialects).Order()];

    public static IReadOnlyList<Setting> All { get; } = [.. OfTheProcess(), .. OfTheNetwork()];

    private static Setting[] OfTheProcess() =>
    [
        new("DataDirectory", "./data", "a folder", "everything written lies under it", IsText),
        new("Roles", "api,chain,experts,validator,signer", "a comma list of " + string.Join(", ", RoleNames),
            "what this process does", IsRoles),
        new("Network", "devnet", string.Join(", ", Networks), "the network it serves", text => Networks.Contains(text)),
        new("DrainTimeout", "00:01:00", "00:00:00 to 01:00:00", "how long streams in flight may finish at SIGTERM",
            text => IsSpan(text, TimeSpan.Zero, TimeSpan.FromHours(1))),
        new("AllowedHosts", "", "a comma list of host names, or *",
            "names that requests may be sent to, beside localhost and IP addresses", IsHosts),
        new("Access:SharedAddresses", GatewaySettings.Loopback, "a comma list of networks such as 10.0.0.0/8",
            "where reverse proxies connect from: their callers are not one caller", IsNetworks),
        new("Access:FailuresPerMinute", "600", "1 to 1000000", "requests without a valid key that an address may send",
            text => IsInteger(text, 1, 1_000_000)),
        new("Access:ConnectionsPerAddress", "500", "1 to 20000", "connections that an address may have open",
            text => IsInteger(text, 1, 20_000)),
        .. OfTokens(),
        .. OfPortal(),
        .. OfContent(),
        new("Storage:ConnectionString", "", "a PostgreSQL connection string, or empty for SQLite",
            "switches the store to PostgreSQL", text => text.Length == 0 || IsConnectionString(text)),
        new("Redis:ConnectionString", "", "host:port[,password=...][,ssl=true], or empty", "only for several replicas",
            text => text.Length == 0 || RedisSettings.IsValid(text)),
        new("Billing:Durability", "Write", "Write or Strict", "when an answer's last chunk may leave",
            text => text is "Write" or "Strict"),
        new("Billing:Leases", "Auto", "Auto or Direct", "Direct: every request asks the books, for comparison",
            text => text is "Auto" or "Direct"),
        new("DevNet:Seed", "42", "a whole number, 0 to 2147483647", "all simulated behaviour follows from it",
            text => IsInteger(text, 0, int.MaxValue)),
        new("DevNet:BlockTime", "00:00:01", "00:00:00.01 to 00:01:00", "the chain simulator's block time",
            text => IsSpan(text, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))),
        new("DevNet:ChainPort", "0", "0 to 65535", "the chain simulator's port on loopback, 0 for a free one",
            text => IsInteger(text, 0, 65535)),
        new("Rates:Fixed", "400.00 on devnet", "decimal USD per TAO above 0, at most 3 decimals", "fixed price of TAO",
            text => text.Length == 0 || Core.FxRate.TryParseUsdPerTao(text, out _)),
        new("Rates:Sources:{n}:Url", "", "an http or https address", "a source of TAO's price in USD", IsFeedAddress),
        new("Rates:Sources:{n}:Path", "", JsonPath.Grammar, "where the price stands in its JSON",
            text => JsonPath.TryParse(text, out _)),
        .. OfStaticUpstreams(),
        .. OfSubnets(),
        new("Pricing:Usd:{model}:Input", "devnet's models only", Price, "price of prompt tokens", IsPrice),
        new("Pricing:Usd:{model}:Output", "devnet's models only", Price, "price of completion tokens", IsPrice),
        new("Pricing:Usd:{model}:Image", "0", UnitPrice, "price of an image", IsUnitPrice),
        new("Pricing:Usd:{model}:AudioSecond", "0", "decimal USD, 0 to 10000, at most 9 decimals",
            "price of a second of sound", text => Core.TokenPrice.TryParseUsdPerThousand(text, out _)),
        new("Pricing:Usd:{model}:Character", "0", UnitPrice, "price of a character that is spoken", IsUnitPrice),
        new("Invoices:Issuer:Name", "", Line, "who issues invoices", IsLine),
        new("Invoices:Issuer:Address", "", Line + "; semicolons part its lines", "where the issuer sits", IsLine),
        new("Invoices:Issuer:TaxId", "", Line, "the issuer's tax number", IsLine),
        new("Webhooks:AllowLoopback", "false", Flag, "send webhooks to this machine too; true on devnet only", IsBool),
        new("AccessLog", Telemetry.AccessLog.Off, "off, stdout or a file",
            "where a line of JSON is written for every request", IsText),
        new("Management:Urls", GatewaySettings.DefaultManagement,
            "http addresses with an IP address and a port, separated by ;",
            "where metrics are served; empty: nowhere, on devnet (the default there) beside the rest",
            ListenAddresses.AreManagement),
    ];

    private static Setting[] OfContent() =>
    [
        new("Files:QuotaBytes", "1073741824", "1 to 1000000000000",
            "bytes that an organisation's files may have in all",
            text => IsInteger(text, 1, 1_000_000_000_000)),
        new("Responses:QuotaBytes", "1073741824", "1 to 1000000000000",
            "bytes that an organisation's stored responses may have in all",
            text => IsInteger(text, 1, 1_000_000_000_000)),
        new("Batches:Concurrency", "4", "1 to 64", "lines of batches that run at once", text => IsInteger(text, 1, 64)),
        new("Batches:KeepDays", "30", "1 to 3650",
            "days that a batch is kept after its end", text => IsInteger(text, 1, 3650)),
    ];

    private static Setting[] OfPortal() =>
    [
        new("Portal:Origin", "http://localhost and the port", "an https address without a path",
            "where people reach the portal; passkeys and wallets' signatures are bound to it", IsOrigin),
        new("Portal:Oidc:{n}:Issuer", "", Line, "whose word signs people in: the exact iss of its tokens", IsLine),
        new("Portal:Oidc:{n}:Name", "the issuer", Line, "as the sign-in page names it", IsLine),
        new("Portal:Oidc:{n}:ClientId", "", Line, "who the gateway is there, and the aud of its tokens", IsLine),
        new("Portal:Oidc:{n}:SecretFile", "", "a file", "the client's secret; none: PKCE alone", IsText),
        new("Portal:Oidc:{n}:AuthorizeUrl", "", "an http or https address", "its authorization endpoint",
            IsFeedAddress),
        new("Portal:Oidc:{n}:TokenUrl", "", "an http or https address", "its token endpoint", IsFeedAddress),
        new("Portal:Oidc:{n}:KeysUrl", "", "an http or https address", "its JWK set", IsFeedAddress),
    ];

    private static Setting[] OfTokens() =>
    [
        new("Tokens:Issuers:{n}:Issuer", "", Line, "whose tokens are taken beside keys: their exact iss", IsLine),
        new("Tokens:Issuers:{n}:Audience", "", Line, "the aud that its tokens must have", IsLine),
        new("Tokens:Issuers:{n}:KeysFile", "", "a file", "its public keys as a JWK set; or", IsText),
        new("Tokens:Issuers:{n}:KeysUrl", "", "an http or https address", "where it publishes them", IsFeedAddress),
        new("Tokens:Issuers:{n}:Subjects:{n}:Subject", "", Line, "a sub of its tokens, or * for any", IsLine),
        new("Tokens:Issuers:{n}:Subjects:{n}:Organization", "", "an organisation's id", "where that subject belongs",
            text => Core.OrgId.TryParse(text, out _)),
        new("Tokens:Issuers:{n}:Subjects:{n}:Project", "the default one", "a project's id", "its project",
            text => Core.ProjectId.TryParse(text, out _)),
        new("Tokens:Issuers:{n}:Subjects:{n}:Role", "member", "owner, admin, finance, auditor, reader, project_owner, "
            + "member", "what it is there", text => Access.RoleNames.Parse(text) is not null),
    ];

    private static Setting[] OfStaticUpstreams() =>
    [
        new("Upstreams:Static:{n}:Name", "", "1 to 64 letters, digits, '.', '-' or '_'",
            "a static expert's name", IsName),
        new("Upstreams:Static:{n}:BaseAddress", "", "an http or https address, such as http://127.0.0.1:11434/v1",
            "where its OpenAI-compatible API starts", IsHttpAddress),
        new("Upstreams:Static:{n}:Models:{n}", "", "a model's name, 1 to 128 printable characters", "a model it serves",
            text => Core.ModelId.IsValid(text)),
        new("Upstreams:Static:{n}:Task", Models.ModelTasks.Chat, Models.ModelTasks.Allowed, "what its models are for",
            text => Models.ModelTasks.TryParse(text, out _)),
        new("Upstreams:Static:{n}:Voices:{n}", "", "1 to 64 letters, digits, '.', '-' or '_'",
            "a voice it has, where it speaks", IsName),
        new("Upstreams:Static:{n}:Features", FeatureNames.All, FeatureNames.Allowed,
            "what its models can do; the gateway does n to 4 and JSON itself for those that cannot",
            text => FeatureNames.TryParse(text, out _)),
        new("Upstreams:Static:{n}:Dialect", "openai", string.Join(", ", Dialects), "how its requests are signed",
            text => Dialects.Contains(text)),
        new("Upstreams:Static:{n}:Language", "", "two lower-case letters of ISO 639-1",
            "the only language its models know; without it several",
            text => text.Length == 2 && text.All(char.IsAsciiLetterLower)),
        new("Upstreams:Static:{n}:Privacy", "any", "any, bonded, tee, local",
            "how private prompts stay with it; your word is its proof",
            text => StaticUpstream.PrivacyOf(text) is not null),
        new("Upstreams:Static:{n}:ApiKey", "", "printable characters without blanks", "sent as its bearer token",
            text => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~')),
    ];

    private static Setting[] OfSubnets() =>
    [
        new("Subnets:{n}:Dialect", "epistula-v2", string.Join(", ", MinerDialects),
            "how calls to the miners of subnet {n} are signed", text => MinerDialects.Contains(text)),
        new("Subnets:{n}:Models:{n}", "", "a model's name, 1 to 128 printable characters",
            "a model that the miners of subnet {n} serve", text => Core.ModelId.IsValid(text)),
        new("Subnets:{n}:Ports:{n}", "", "1 to 65535", "a port of its miners that is dialled although it looks inside",
            text => IsInteger(text, 1, 65535)),
        new("Subnets:{n}:Task", Models.ModelTasks.Chat, Models.ModelTasks.Allowed,
            "what the models of its miners are for", text => Models.ModelTasks.TryParse(text, out _)),
        new("Subnets:{n}:Features", FeatureNames.None, FeatureNames.Allowed, "what the models of its miners can do",
            text => FeatureNames.TryParse(text, out _)),
        new("Subnets:{n}:Prior", SubnetPolicy.ByIncentive, $"{SubnetPolicy.ByIncentive}, {SubnetPolicy.NoPrior}",
            "what a miner is taken for before its answers are known: by its rank on the chain, or all alike",
            text => text is SubnetPolicy.ByIncentive or SubnetPolicy.NoPrior),
        new("Subnets:{n}:WeightsVersion", "0", "0 to 2^63 - 1",
            "the version that weights are set with; a subnet refuses one below its own",
            text => IsInteger(text, 0, long.MaxValue)),
        new("Subnets:{n}:Path", SubnetPolicy.UsualPath, "a path with a slash at the end and none before, or empty",
            "where below its axon a miner's API begins", IsPath),
        new("Subnets:{n}:Synapse:Name", "", "a name in Python", "dendrite: the Synapse that a chat becomes",
            SynapseField.IsName),
        new("Subnets:{n}:Synapse:Fields:{n}", "",
            $"field=source; sources: {string.Join(", ", SynapseField.Sources)}, or json: and a value",
            "dendrite: a field of it, in the order of its class", text => SynapseField.Parse(text) is not null),
        new("Subnets:{n}:Synapse:Hashed:{n}", "", "one of its fields",
            "dendrite: its required_hash_fields, in their order", SynapseField.IsName),
        new("Subnets:{n}:Synapse:Answer", "completion", JsonPath.Grammar,
            "dendrite: where the answer's text stands", text => JsonPath.TryParse(text, out _)),
        new("Subnets:{n}:Synapse:Streams", "false", Flag, "dendrite: the answer is bare text that comes in pieces",
            IsBool),
    ];

    private static Setting[] OfTheNetwork() =>
    [
        new("Chain:Endpoints:{n}", "devnet's own", "a ws or wss address, 1 to 16 of them",
            "chain nodes, the preferred one first", IsWebSocketAddress),
        new("Chain:Genesis", "finney's, test's; custom: the first one seen", "0x and 64 hex digits",
            "the hash of block 0: another chain's nodes are refused", IsGenesis),
        new("Chain:DepositParent", "", "an SS58 address with prefix 42",
            "the multisig above all deposit addresses; devnet makes its own",
            text => ChainBridge.ChainAddress.Problem(text) is null),
        new("Chain:DepositPool:File", "", "a file", "a signed list of deposit addresses instead of a parent", IsText),
        new("Chain:DepositPool:Signer", "", "an SS58 address with prefix 42",
            "who must have signed the list", text => ChainBridge.ChainAddress.Problem(text) is null),
        new("Chain:RequireAgreement", "2, on devnet 1", "1 to 16, at most as many as there are endpoints",
            "nodes that must agree before a credit; 1: the endpoint is the operator's own node",
            text => IsInteger(text, 1, 16)),
        new("Chain:AllowLoopbackAxons", "false, on devnet true", Flag, "dial miners on loopback; true on devnet only",
            IsBool),
        new("Chain:OwnAddresses", "", "a comma list of networks such as 203.0.113.7/32 or 2001:db8::/48",
            "public addresses of ours and of the cluster, which no miner may name; those of this machine are known",
            IsNetworks),
        new("DevNet:AutoApprove", "true", Flag, "generated approvers act by themselves", IsBool),
        new("Signer:Approvers:{n}:Person", "devnet's two", Line,
            "who approves refunds, as the books name them", IsLine),
        new("Signer:Approvers:{n}:Address", "devnet's two", "an SS58 address with prefix 42",
            "the account whose signature is that person's word",
            text => ChainBridge.ChainAddress.Problem(text) is null),
        new("Signer:Approvers:{n}:Passkey", "", "NAME:KEY as /account shows it",
            "the passkey whose assertion is that person's word, in place of an address",
            text => ChainBridge.Payouts.ApproverPasskey.IsOne(ChainBridge.Payouts.ApproverPasskey.Prefix + text)),
        new("Signer:ColdAddress", "devnet's own", "an SS58 address with prefix 42",
            "where deposits are swept to, and nowhere else", text => ChainBridge.ChainAddress.Problem(text) is null),
        new("Signer:Signatories:{n}", "devnet's three", "an SS58 address with prefix 42",
            "the accounts of the deposit multisig, of which two agree",
            text => ChainBridge.ChainAddress.Problem(text) is null),
        new("Signer:SweepEvery", SignerSettings.DefaultSweep, "00:00:01 to 7.00:00:00",
            "how often deposit addresses are swept",
            text => IsSpan(text, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))),
        new("Signer:StakeHotkeys:{n}", "devnet's miners", "an SS58 address with prefix 42",
            "hotkeys that stake may be put on, taken off and moved between",
            text => ChainBridge.ChainAddress.Problem(text) is null),
        new("Signer:DailyStakeRao", SignerSettings.DefaultCap, "0 to 2^63 - 1",
            "the most rao that is staked in any 24 hours", text => IsInteger(text, 0, long.MaxValue)),
        new("Signer:DailyRefundRao", SignerSettings.DefaultCap, "0 to 2^63 - 1",
            "the most rao that refunds take in any 24 hours", text => IsInteger(text, 0, long.MaxValue)),
        new("Signer:DailyMinerRao", SignerSettings.DefaultCap, "0 to 2^63 - 1",
            "the most rao that miners' payouts take in any 24 hours", text => IsInteger(text, 0, long.MaxValue)),
    ];

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsHosts(string text) => text.Split(',', StringSplitOptions.TrimEntries)
        .All(host => host is "" or "*" || Uri.CheckHostName(host) == UriHostNameType.Dns);

    private static bool IsNetworks(string text) => text.Split(',', StringSplitOptions.TrimEntries)
        .All(network => network.Length == 0 || IPNetwork.TryParse(network, out _));

    private static bool IsPath(string text) =>
        text.Length == 0 || (text.EndsWith('/') && !text.StartsWith('/')
            && text.All(letter =>
                char.IsAsciiLetterOrDigit(letter) || "-._~/".Contains(letter, StringComparison.Ordinal)));

    private static bool IsText(string text) => !string.IsNullOrWhiteSpace(text);

    private static bool IsLine(string text) => IsText(text) && text.Length <= 500 && !text.Any(char.IsControl);

    private static bool IsBool(string text) => bool.TryParse(text, out _);

    private static bool IsPrice(string text) => Core.TokenPrice.TryParseUsdPerMillion(text, out _);

    private static bool IsUnitPrice(string text) => Core.TokenPrice.TryParseUsdPerUnit(text, out _);

    private static bool IsInteger(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value >= least && value <= most;

    private static bool IsSpan(string text, TimeSpan least, TimeSpan most) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most;

    private static bool IsRoles(string text)
    {
        var roles = text.Split(',', StringSplitOptions.TrimEntries);
        return roles.Length > 0 && roles.All(RoleNames.Contains) && roles.Distinct().Count() == roles.Length;
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static bool IsHttpAddress(string text) => IsFeedAddress(text) && new Uri(text).Query.Length == 0;

    private static bool IsFeedAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == text
        && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.Host == "localhost")) && uri.UserInfo.Length == 0;

    private static bool IsWebSocketAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss";

    private static bool IsGenesis(string text) =>
        text.Length == 66 && text.StartsWith("0x", StringComparison.Ordinal) && text[2..].All(char.IsAsciiHexDigit);
}
