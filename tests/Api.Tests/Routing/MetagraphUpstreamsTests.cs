using System.Collections.Frozen;
using System.Net;
using Gateway.Api.Hosting;
using Gateway.Api.Wiring;
using Gateway.ChainBridge;
using Gateway.Core;
using Gateway.Router;
using Microsoft.Extensions.Configuration;

namespace Gateway.Api.Tests.Routing;

public sealed class MetagraphUpstreamsTests
{
    private static readonly NetUid Subnet = new(64);

    [Fact]
    public void A_subnets_policy_says_what_its_miners_are_for_and_can_do()
    {
        var found = From(("Task", "embeddings"), ("Features", "tools,json"));

        Assert.All(found, upstream =>
        {
            Assert.Equal(ModelTask.Embeddings, upstream.Task);
            Assert.Equal(Features.Tools | Features.Json, upstream.Features);
        });
        Assert.Equal([0d, 0.5, 1], found.Select(upstream => upstream.IncentivePercentile!.Value));
    }

    [Fact]
    public void Without_a_word_miners_chat_in_plain_text_and_are_ranked_by_incentive()
    {
        var found = From();

        Assert.Equal(3, found.Count);
        Assert.All(found, upstream => Assert.Equal(ModelTask.Chat, upstream.Task));
        Assert.All(found, upstream => Assert.Equal(Features.None, upstream.Features));
        Assert.All(found, upstream => Assert.NotNull(upstream.IncentivePercentile));
    }

    [Fact]
    public void Where_incentive_says_nothing_all_miners_start_alike() =>
        Assert.All(From(("Prior", "none")), upstream => Assert.Null(upstream.IncentivePercentile));

    private static IReadOnlyList<Upstream> From(params (string Key, string Value)[] policy)
    {
        var settings = GatewaySettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Gateway:Network", "finney"),
            new("Gateway:Chain:Endpoints:0", "ws://127.0.0.1:9944"),
            new("Gateway:Chain:RequireAgreement", "1"),
            new("Gateway:Subnets:64:Models:0", "m"),
            .. policy.Select(pair => new KeyValuePair<string, string?>($"Gateway:Subnets:64:{pair.Key}", pair.Value)),
        ]).Build());
        Neuron[] neurons = [.. Enumerable.Range(0, 3).Select(uid => new Neuron(uid, KeyOf(uid), "5Cold", 100)
        {
            Axon = new(IPAddress.Parse($"8.8.8.{uid + 1}"), 8091, 4, 1, 100),
            Incentive = (ushort)(uid * 1000),
        })];
        var view = new SubnetView(new(Subnet, 200, "0x00", 1, neurons), IsStale: false);
        return new MetagraphUpstreams(settings, _ => null).From(
            new(1, new Dictionary<NetUid, SubnetView> { [Subnet] = view }.ToFrozenDictionary()));
    }

    private static Hotkey KeyOf(int uid) => new($"5F{uid}");
}
