using System.Text.Json;
using Gateway.Api.Hosting;
using Gateway.Api.Rates;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Rates;

public sealed class HttpRateSourceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("401.25", 401_250)]
    [InlineData("\"401.25\"", 401_250)]
    [InlineData("401", 401_000)]
    [InlineData("4.0125e2", 401_250)]
    [InlineData("401.2504999999999", 401_250)]
    [InlineData("0.001", 1)]
    [InlineData("999999999.999", 999_999_999_999)]
    public void A_price_is_read_exactly(string json, long expected) =>
        Assert.Equal(new FxRate(expected), Read(json));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0.0001")]
    [InlineData("1e9")]
    [InlineData("1e400")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"\"")]
    [InlineData("\"1,000\"")]
    [InlineData("\"$400\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[400]")]
    [InlineData("\"00000000000000000000000000000000000000400\"")]
    public void Attack_39_What_is_no_price_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => Read(json));

    [Fact]
    public async Task A_source_is_asked_with_its_query_and_an_old_copy_is_old()
    {
        await using var exchange = await ExchangeAsync(async context =>
        {
            Assert.Equal("?ids=bittensor", context.Request.QueryString.Value);
            context.Response.Headers.Age = "90";
            await context.Response.WriteAsync("""{"bittensor":{"usd":401.25}}""", Token);
        });

        var seen = await ReadAsync(exchange, "$.bittensor.usd");

        Assert.Equal(new RateObservation(new FxRate(401_250), Now.AddSeconds(-90)), seen);
    }

    [Theory]
    [InlineData(200, """{"bittensor":{}}""")]
    [InlineData(200, """{"bittensor":{"usd":"soon"}}""")]
    [InlineData(200, "<html>")]
    [InlineData(429, """{"bittensor":{"usd":401.25}}""")]
    [InlineData(302, """{"bittensor":{"usd":401.25}}""")]
    public async Task What_is_no_answer_is_no_observation(int status, string body)
    {
        await using var exchange = await ExchangeAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            await context.Response.WriteAsync(body, Token);
        });

        var failure = await Record.ExceptionAsync(() => ReadAsync(exchange, "$.bittensor.usd"));

        Assert.True(failure is HttpRequestException or JsonException or InvalidDataException, $"{failure}");
    }

    [Fact]
    public async Task An_answer_without_end_is_left()
    {
        await using var exchange = await ExchangeAsync(async context =>
        {
            var block = new string(' ', 64 * 1024);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(block, context.RequestAborted);
            }
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(exchange, "$.bittensor.usd"));
    }

    [Fact]
    public async Task Check_tells_each_sources_price_and_names_the_one_that_has_none()
    {
        await using var good = await ExchangeAsync(context => context.Response.WriteAsync("""{"usd":400}""", Token));
        await using var other = await ExchangeAsync(context => context.Response.WriteAsync("""{"usd":"404"}""", Token));
        await using var bad = await ExchangeAsync(context => context.Response.WriteAsync("{}", Token));

        await using var command = GatewayProcess.Start(
            GatewayProcess.NewDataDirectory(),
            ["check", .. Sources(good, other, bad)]);

        Assert.Equal(1, await command.WaitForExitAsync(Token));
        using var told = JsonDocument.Parse(command.Output);
        Assert.Equal(
            ["400.00", "404.00"],
            told.RootElement.GetProperty("rates").EnumerateArray().Select(rate =>
                rate.GetProperty("usdPerTao").GetString()!));
        var problem = Assert.Single(told.RootElement.GetProperty("problems").EnumerateArray()).GetString()!;
        Assert.Contains(new Uri(bad.Urls.Single()).Authority, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", command.Output + command.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_gives_no_median_is_refused_with_the_remedy()
    {
        Assert.Contains("3 at least", Assert.Single(Problems("http://a/", "http://b/")), StringComparison.Ordinal);
        Assert.Contains(
            "stands twice", Assert.Single(Problems("http://a/1", "http://b/", "http://A/2")), StringComparison.Ordinal);
        Assert.Empty(Problems("http://a/", "http://b/", "http://c/"));
        Assert.Empty(Problems());
    }

    private static IEnumerable<string> Problems(params string[] urls) => RateFeed.Problems(
        [.. urls.Select(url => Feed(url, "$.usd"))], RateBook.LeastSources);

    private static IEnumerable<string> Sources(params WebApplication[] exchanges) => exchanges.SelectMany(
        (exchange, index) => (string[])
        [
            $"--Gateway:Rates:Sources:{index}:Url={exchange.Urls.Single()}/?key=secret",
            $"--Gateway:Rates:Sources:{index}:Path=$.usd",
        ]);

    private static FxRate Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return HttpRateSource.ReadRate(document.RootElement);
    }

    private static async Task<RateObservation> ReadAsync(WebApplication exchange, string path)
    {
        var configuration = new ConfigurationBuilder().Build();
        await using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new FakeTimeProvider(Now))
            .AddRateSources(GatewaySettings.Read(configuration) with
            {
                RateFeeds = [Feed($"{exchange.Urls.Single()}/?ids=bittensor", path)],
            })
            .BuildServiceProvider();
        return await services.GetRequiredService<IRateSource>().ReadAsync(Token);
    }

    private static RateFeed Feed(string url, string path) =>
        JsonPath.TryParse(path, out var parsed) ? new(new Uri(url), parsed) : throw new ArgumentException(path);

    private static async Task<WebApplication> ExchangeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
        app.Run(answer);
        await app.StartAsync(Token);
        return app;
    }
}
