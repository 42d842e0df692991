using System.Text;
using Gateway.Api.Access;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Idempotency;

/// <summary>The wrapper around endpoints that charge nothing, such as those that make a thing.</summary>
public sealed class IdempotentEndpointsTests(IdempotencyGateway fixture) : IClassFixture<IdempotencyGateway>
{
    private static readonly Caller Someone = new(
        KeyId.Create(TimeProvider.System), KeyKind.Admin, OrgId.Create(TimeProvider.System), "", "", default, null);

    private int _runs;

    [Fact]
    public async Task What_was_made_is_told_again()
    {
        var endpoint = Wrap(async context =>
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = $"/v1/things/{_runs}";
            await JsonAnswer.WriteAsync(context, writer => writer.WriteNumberValue(_runs));
        });

        Assert.Equal((201, "1", "/v1/things/1", ""), await CallAsync(endpoint, "made"));
        Assert.Equal((201, "1", "/v1/things/1", "true"), await CallAsync(endpoint, "made"));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task An_answer_without_a_body_is_told_again()
    {
        var endpoint = Wrap(context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });

        Assert.Equal((204, "", "", ""), await CallAsync(endpoint, "empty"));
        Assert.Equal((204, "", "", "true"), await CallAsync(endpoint, "empty"));
    }

    [Fact]
    public async Task The_same_body_at_another_address_is_another_request()
    {
        var endpoint = Wrap(context => JsonAnswer.WriteAsync(context, writer => writer.WriteNumberValue(_runs)));
        await CallAsync(endpoint, "address", "/v1/things/a");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => CallAsync(endpoint, "address", "/v1/things/b"));
        Assert.Equal("idempotency_key_reused", refused.Error.Code);
    }

    [Fact]
    public async Task A_refusal_runs_again_whether_it_is_written_or_thrown()
    {
        var error = OpenAiError.Invalid("invalid_value", "no");
        var endpoint = Wrap(context => _runs == 1 ? error.WriteAsync(context) : throw new RefusedException(error));

        Assert.Equal(400, (await CallAsync(endpoint, "refused")).Status);
        await Assert.ThrowsAsync<RefusedException>(() => CallAsync(endpoint, "refused"));
        await Assert.ThrowsAsync<RefusedException>(() => CallAsync(endpoint, "refused"));
        Assert.Equal(3, _runs);
    }

    [Fact]
    public async Task An_answer_shorter_than_it_announced_is_not_given_again()
    {
        var endpoint = Wrap(async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.Body.WriteAsync("half"u8.ToArray());
        });
        await CallAsync(endpoint, "half");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => CallAsync(endpoint, "half"));
        Assert.Equal("idempotency_not_replayable", refused.Error.Code);
    }

    private RequestDelegate Wrap(RequestDelegate endpoint)
    {
        var endpoints = fixture.Gateway.Services.GetRequiredService<IdempotentEndpoints>();
        RequestDelegate counted = context =>
        {
            _runs++;
            return endpoint(context);
        };
        return endpoints.Keep(counted, 1_000, KeepWhen.Succeeded);
    }

    private static async Task<(int Status, string Body, string Location, string Replayed)> CallAsync(
        RequestDelegate endpoint, string key, string path = "/v1/things")
    {
        var context = new DefaultHttpContext();
        context.Features.Set(RequestIdentity.Create(TimeProvider.System));
        context.Features.Set(Someone);
        context.Request.Path = path;
        context.Request.ContentType = "application/json";
        context.Request.Headers[IdempotencyHeader.Name] = key;
        context.Request.Body = new MemoryStream(Encoding.ASCII.GetBytes("{}"));
        using var sent = new MemoryStream();
        context.Response.Body = sent;
        await endpoint(context);
        var headers = context.Response.Headers;
        return (context.Response.StatusCode, Encoding.UTF8.GetString(sent.ToArray()),
            headers.Location.ToString(), headers["Idempotent-Replayed"].ToString());
    }
}
