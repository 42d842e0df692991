using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Tests.Http;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

/// <summary>A manager of one organisation at a gateway in this process.</summary>
internal sealed class Admin(InProcessGateway gateway, string key) : IDisposable
{
    private readonly HttpClient _client = gateway.CreateClient(key);

    public static Admin OfDemo(InProcessGateway gateway) => new(gateway, (string)gateway.DevNet["adminKey"]!);

    /// <summary>A new organisation without credit.</summary>
    public static async Task<(Admin Admin, OrgId Org, string ApiKey)> OfNewAsync(InProcessGateway gateway, string email)
    {
        var store = gateway.Services.GetRequiredService<AccessStore>();
        var org = await store.CreateOrganizationAsync(email, email);
        var admin = new Admin(gateway, await store.CreateKeyAsync(org, KeyKind.Admin, "admin"));
        return (admin, org, await store.CreateKeyAsync(org, KeyKind.Api, "api"));
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, new Uri($"v1/organization/{path}", UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<JsonNode> GetAsync(string path) => OkAsync(HttpMethod.Get, path);

    public Task<JsonNode> PostAsync(string path, string body) => OkAsync(HttpMethod.Post, path, body);

    public Task<JsonNode> DeleteAsync(string path) => OkAsync(HttpMethod.Delete, path);

    public async Task<string> DefaultProjectAsync() => (string)(await GetAsync("projects"))["data"]![0]!["id"]!;

    /// <summary>A new API key of the default project.</summary>
    public async Task<(string Path, string Key)> CreateKeyAsync(string settings)
    {
        var keys = $"projects/{await DefaultProjectAsync()}/api_keys";
        var created = await PostAsync(keys, settings);
        return ($"{keys}/{created["id"]}", (string)created["value"]!);
    }

    /// <summary>Sends what must be refused and gives the error.</summary>
    public async Task<JsonNode> RefusedAsync(HttpMethod method, string path, string? body, HttpStatusCode status)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{method} {path} {body}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!["error"]!;
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonNode> OkAsync(HttpMethod method, string path, string? body = null)
    {
        using var answer = await SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path} {body}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
