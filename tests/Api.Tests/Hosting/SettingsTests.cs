using Gateway.Api.Hosting;
using Microsoft.Extensions.Configuration;

namespace Gateway.Api.Tests.Hosting;

public sealed class SettingsTests
{
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
    [InlineData("Gateway:Pricing:Usd:m:Input", "-1")]
    [InlineData("Gateway:Pricing:Usd:m:Input", "10001")]
    [InlineData("Gateway:Billing:Durability", "Never")]
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
    public void Settings_of_pieces_that_are_not_built_are_reported() =>
        Assert.Equal(["Gateway:DevNet:AutoApprove"],
            SettingsCheck.WithoutEffect(Configuration(
                ("Gateway:DevNet:AutoApprove", "true"), ("Gateway:DevNet:ChainPort", "1"),
                ("Gateway:Redis:ConnectionString", "x"))));

    [Fact]
    public void A_static_upstream_tells_what_it_lacks()
    {
        var settings = GatewaySettings.Read(Configuration(("Gateway:Upstreams:Static:0:Name", "a")));

        Assert.Equal(
            ["Gateway:Upstreams:Static:0:BaseAddress is missing.", "Gateway:Upstreams:Static:0:Models:0 is missing."],
            settings.Problems());
    }

    private static IReadOnlyList<string> Problems(params (string, string)[] values) =>
        SettingsCheck.Problems(Configuration(values));

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build();
}
