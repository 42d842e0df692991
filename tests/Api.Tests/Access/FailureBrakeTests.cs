using System.Net;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.OpenAi;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Access;

public sealed class FailureBrakeTests
{
    private const int Limit = 3;

    private static readonly OpenAiError Wrong = OpenAiError.InvalidKey("no");
    private static readonly IPAddress Stranger = IPAddress.Parse("203.0.113.7");

    private readonly FakeTimeProvider _time = new();
    private readonly FailureBrake _brake;

    public FailureBrakeTests() => _brake = new(Settings(), _time);

    [Fact]
    public void Attack_03_An_address_with_too_many_wrong_keys_reads_429_until_its_minute_is_over()
    {
        Assert.All(Enumerable.Range(0, Limit), _ => Assert.Equal(401, _brake.Note(Stranger, Wrong).Error.Status));
        Assert.True(_brake.Refuses(Stranger));
        _time.Advance(TimeSpan.FromSeconds(20));

        var error = _brake.Note(Stranger, Wrong).Error;
        Assert.Equal((429, "rate_limit_exceeded", 40), (error.Status, error.Code, error.RetryAfter));
        Assert.False(_brake.Refuses(IPAddress.Parse("203.0.113.8")));

        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.False(_brake.Refuses(Stranger));
        Assert.Equal(401, _brake.Note(Stranger, Wrong).Error.Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    public void Behind_a_shared_address_failures_are_told_and_lock_nobody_out(string proxy)
    {
        var address = IPAddress.Parse(proxy);
        var statuses = Enumerable.Range(0, Limit + 1).Select(_ => _brake.Note(address, Wrong).Error.Status).ToList();

        Assert.Equal([401, 401, 401, 429], statuses);
        Assert.False(_brake.Refuses(address));
    }

    [Fact]
    public void A_site_of_IPv6_is_one_address()
    {
        for (var i = 0; i < Limit; i++)
        {
            _brake.Note(IPAddress.Parse($"2001:db8:1:2::{i}"), Wrong);
        }

        Assert.True(_brake.Refuses(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.False(_brake.Refuses(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.False(_brake.Refuses(null));
    }

    [Fact]
    public void Attack_03_Made_up_addresses_cannot_fill_the_memory()
    {
        for (var i = 0u; i < FailureBrake.MaxAddresses + 10; i++)
        {
            _brake.Note(new IPAddress(i), Wrong);
        }

        Assert.InRange(_brake.Count, 1, FailureBrake.MaxAddresses);
    }

    internal static GatewaySettings Settings(params (string Key, string Value)[] more) => GatewaySettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(
            more.Append(("Gateway:Access:FailuresPerMinute", "3")).Append(("Gateway:Access:ConnectionsPerAddress", "2"))
                .Select(pair => KeyValuePair.Create(pair.Item1, (string?)pair.Item2))).Build());
}
