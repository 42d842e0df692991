using Gateway.Api.Hosting;
using Gateway.Router;
using Microsoft.Extensions.Configuration;

namespace Gateway.Api.Tests.Hosting;

public sealed class SettingsTests
{
    private const string GenesisOfFinney = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03";

    [Theory]
    [InlineData("Gateway:DataDirectroy", "/x")]
    [InlineData("Gateway:Upstreams:Static:0:Adress", "http://x")]
    [InlineData("Gateway:Upstreams:Static:first:Name", "x")]
    [InlineData("Gateway:Pricing:Usd::Input", "1")]
    [InlineData("Gateway:Pricing:Usd:m:Price", "1")]
    public void An_unknown_key_is_named(string key, string value)
    {
        var problem = Assert.Single(Problems((key, value)));

        Assert.Contains(key, problem, StringComparison.Ordinal);
        Assert.Contains("not a setting", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway:Network", "mainnet")]
    [InlineData("Gateway:Roles", "api,king")]
    [InlineData("Gateway:Roles", "api,api")]
    [InlineData("Gateway:DevNet:Seed", "-1")]
    [InlineData("Gateway:DevNet:Seed", "1.5")]
    [InlineData("Gateway:DrainTimeout", "soon")]
    [InlineData("Gateway:Rates:Fixed", "0")]
    [InlineData("Gateway:Rates:Fixed", "400.0001")]
    [InlineData("Gateway:Upstreams:Static:0:BaseAddress", "ftp://x")]
    [InlineData("Gateway:Upstreams:Static:0:BaseAddress", "http://user:secret@x/")]
    [InlineData("Gateway:Upstreams:Static:0:Models:0", "two words")]
    [InlineData("Gateway:Upstreams:Static:0:Language", "German")]
    [InlineData("Gateway:Upstreams:Static:0:Privacy", "Local")]
    [InlineData("Gateway:Subnets:4:Task", "everything")]
    [InlineData("Gateway:Subnets:4:Features", "tools,magic")]
    [InlineData("Gateway:Subnets:4:Prior", "0.5")]
    [InlineData("Gateway:Pricing:Usd:m:Input", "-1")]
    [InlineData("Gateway:Pricing:Usd:m:Input", "10001")]
    [InlineData("Gateway:Billing:Durability", "Never")]
    [InlineData("Gateway:Chain:Endpoints:0", "http://127.0.0.1")]
    [InlineData("Gateway:Chain:Genesis", "0x12")]
    [InlineData("Gateway:Chain:DepositParent", "5GrwvaEF")]
    [InlineData("Gateway:Chain:DepositPool:Signer", "5GrwvaEF")]
    [InlineData("Gateway:Chain:RequireAgreement", "0")]
    [InlineData("Gateway:Chain:RequireAgreement", "17")]
    [InlineData("Gateway:Chain:AllowLoopbackAxons", "maybe")]
    [InlineData("Gateway:Management:Urls", "http://localhost:8081")]
    [InlineData("Gateway:Management:Urls", "http://127.0.0.1:0")]
    [InlineData("Gateway:Management:Urls", "https://127.0.0.1:8081")]
    public void A_value_out_of_range_is_named_with_what_is_allowed_and_not_repeated(string key, string value)
    {
        var problem = Assert.Single(Problems((key, value)));

        Assert.Contains(key, problem, StringComparison.Ordinal);
        Assert.Contains("Allowed:", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_together() =>
        Assert.Equal(2, Problems(("Gateway:Network", "x"), ("Gateway:Nonsense", "y")).Count);

    [Theory]
    [InlineData("Gateway:Pricing:Usd:llama-3.3-70b:Input", "0.02")]
    [InlineData("Gateway:Pricing:Usd:llama3:8b:Output", "0.02")]
    [InlineData("gateway:network", "devnet")]
    [InlineData("Gateway:Chain:RequireAgreement", "1")]
    public void Good_settings_pass(string key, string value) => Assert.Empty(Problems((key, value)));

    [Fact]
    public void Every_default_that_is_a_value_is_itself_allowed()
    {
        var withValue = SettingsTable.All.Where(setting =>
            setting.Default.Length > 0 && !setting.Default.Contains(' ', StringComparison.Ordinal));
        foreach (var setting in withValue)
        {
            Assert.True(setting.IsValid(setting.Default), setting.Key);
        }
    }

    [Fact]
    public void No_setting_is_without_effect() =>
        Assert.Empty(
            SettingsCheck.WithoutEffect(Configuration(
                ("Gateway:Management:Urls", "http://127.0.0.1:8081"), ("Gateway:DevNet:ChainPort", "1"),
                ("Gateway:Redis:ConnectionString", "x"))));

    [Fact]
    public void A_static_upstream_tells_what_it_lacks()
    {
        var settings = GatewaySettings.Read(Configuration(("Gateway:Upstreams:Static:0:Name", "a")));

        Assert.Equal(
            ["Gateway:Upstreams:Static:0:BaseAddress is missing.", "Gateway:Upstreams:Static:0:Models:0 is missing."],
            settings.Problems());
    }

    [Fact]
    public void What_the_operator_says_of_a_static_upstream_is_its_proof()
    {
        const string Static = "Gateway:Upstreams:Static";
        var settings = GatewaySettings.Read(Configuration(
            ($"{Static}:0:Name", "own"), ($"{Static}:0:BaseAddress", "http://127.0.0.1:9/v1"),
            ($"{Static}:0:Models:0", "m"), ($"{Static}:0:Language", "de"), ($"{Static}:0:Privacy", "local"),
            ($"{Static}:1:Name", "far"), ($"{Static}:1:BaseAddress", "http://127.0.0.1:9/v1"),
            ($"{Static}:1:Models:0", "m")));

        var upstreams = new Wiring.UpstreamSnapshots(settings).Current.Upstreams;

        Assert.Equal(("de", Privacy.Local, true), Marks(upstreams[0]));
        Assert.Equal((null, Privacy.Any, false), Marks(upstreams[1]));

        static (string?, Privacy, bool) Marks(Upstream one) => (one.Language, one.Privacy, one.IsPrivacyProven);
    }

    [Theory]
    [InlineData("finney", "Endpoints has 0 addresses")]
    [InlineData("custom", "Endpoints has 1 addresses", "Chain:Endpoints:0", "ws://127.0.0.1:1")]
    [InlineData("custom", "AllowLoopbackAxons", "Chain:Endpoints:0", "ws://127.0.0.1:1", "Chain:RequireAgreement", "1",
        "Chain:AllowLoopbackAxons", "true")]
    [InlineData("custom", "stands twice", "Chain:Endpoints:0", "ws://127.0.0.1:1",
        "Chain:Endpoints:1", "ws://127.0.0.1:1")]
    [InlineData("test", "Genesis is not that of test", "Chain:Endpoints:0", "ws://127.0.0.1:1",
        "Chain:RequireAgreement", "1", "Chain:Genesis", GenesisOfFinney)]
    [InlineData("devnet", "must be empty on devnet", "Chain:Endpoints:0", "ws://127.0.0.1:1")]
    [InlineData("devnet", "beside another scheme", "Chain:DepositPool:File", "x", "Chain:DepositPool:Signer", "y")]
    [InlineData("finney", "needs both File and Signer", "Roles", "api", "Chain:DepositPool:File", "x")]
    [InlineData("finney", "beside another scheme", "Roles", "api", "Chain:DepositPool:File", "x",
        "Chain:DepositPool:Signer", "y", "Chain:DepositParent", "z")]
    public void What_the_chain_cannot_be_reached_with_refuses_the_start(
        string network, string expected, params string[] pairs)
    {
        var settings = GatewaySettings.Read(Configuration([("Gateway:Network", network), .. Pairs(pairs)]));

        Assert.Contains(expected, Assert.Single(settings.Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("devnet", 1, true)]
    [InlineData("finney", 2, false)]
    public void The_chain_has_the_defaults_of_its_network(string network, int agreement, bool loopback)
    {
        var chain = GatewaySettings.Read(Configuration(("Gateway:Network", network))).Chain;

        Assert.Equal((agreement, loopback), (chain.RequireAgreement, chain.AllowLoopbackAxons));
        Assert.Equal(network == "finney" ? GenesisOfFinney : null, chain.Genesis);
    }

    [Fact]
    public void A_process_without_a_role_on_the_chain_needs_no_endpoint() =>
        Assert.Empty(GatewaySettings.Read(
            Configuration(("Gateway:Network", "finney"), ("Gateway:Roles", "api"))).Problems());

    private static IEnumerable<(string Key, string Value)> Pairs(string[] texts) =>
        texts.Chunk(2).Select(pair => ("Gateway:" + pair[0], pair[1]));

    [Theory]
    [InlineData("Gateway:Chain:Endpoints", "Gateway:Chain:RequireAgreement", "Chain:Endpoints:0", "ws://127.0.0.1:1")]
    [InlineData("Gateway:Chain:DepositPool", "Gateway:Chain:DepositParent", "Roles", "api",
        "Chain:DepositPool:File", "x", "Chain:DepositPool:Signer", "y", "Chain:DepositParent", "z")]
    public void Complaint_20_Settings_that_contradict_each_other_refuse_the_start_and_both_are_named(
        string one, string other, params string[] pairs)
    {
        var problem = Assert.Single(
            GatewaySettings.Read(Configuration([("Gateway:Network", "finney"), .. Pairs(pairs)])).Problems());

        Assert.Contains(one, problem, StringComparison.Ordinal);
        Assert.Contains(other, problem, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Problems(params (string, string)[] values) =>
        SettingsCheck.Problems(Configuration(values));

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build();
}
