using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Organization;

namespace Gateway.Api.Tests.Content;

/// <summary>/v1/files by HTTP.</summary>
public sealed class FileTests(FileGateway fixture) : IClassFixture<FileGateway>
{
    private static readonly Uri Files = new("v1/files", UriKind.Relative);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task A_file_is_kept_listed_read_and_deleted()
    {
        var bytes = new byte[600_000];
        new Random(7).NextBytes(bytes);
        var file = await UploadAsync(bytes, "user_data", "räksmörgås.bin");
        var id = (string)file["id"]!;

        Assert.StartsWith("file-", id, StringComparison.Ordinal);
        Assert.Equal(("file", 600_000L, "user_data", "processed", "räksmörgås.bin"), (
            (string)file["object"]!, (long)file["bytes"]!, (string)file["purpose"]!, (string)file["status"]!,
            (string)file["filename"]!));
        Assert.Null(file["expires_at"]);
        var again = await Gateway.GetAsync($"v1/files/{id}", Token);
        Assert.True(JsonNode.DeepEquals(file, again));
        using var content = await Gateway.Client.GetAsync(new Uri($"v1/files/{id}/content", UriKind.Relative), Token);
        Assert.Equal(bytes, await content.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal("attachment", content.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains(id, await IdsAsync("v1/files?limit=100"));
        Assert.DoesNotContain(id, await IdsAsync("v1/files?purpose=batch&limit=100"));

        using var deleted = await Gateway.Client.DeleteAsync(new Uri($"v1/files/{id}", UriKind.Relative), Token);
        var told = (await deleted.Content.ReadFromJsonAsync<JsonObject>(Token))!;
        Assert.Equal((id, "file", true), (
            (string)told["id"]!, (string)told["object"]!, (bool)told["deleted"]!));
        foreach (var path in new[] { $"v1/files/{id}", $"v1/files/{id}/content" })
        {
            using var gone = await Gateway.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }
    }

    [Fact]
    public async Task A_list_goes_on_where_its_page_ended_in_either_order()
    {
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            made.Add((string)(await UploadAsync("{}"u8.ToArray(), "batch"))["id"]!);
        }

        var newest = await IdsAsync("v1/files?purpose=batch&limit=2");
        Assert.Equal([made[2], made[1]], newest);
        Assert.Equal(made[0], (await IdsAsync($"v1/files?purpose=batch&limit=2&after={newest[1]}"))[0]);
        var oldest = await IdsAsync($"v1/files?purpose=batch&order=asc&after={made[0]}");
        Assert.Equal([made[1], made[2]], oldest);
    }

    [Fact]
    public async Task A_file_for_a_batch_expires_by_itself_and_another_when_it_is_told_to()
    {
        var batch = await UploadAsync("{}\n"u8.ToArray(), "batch");
        var data = await UploadAsync([1], "user_data", seconds: "3600");

        Assert.Equal(30 * 86_400, (long)batch["expires_at"]! - (long)batch["created_at"]!);
        Assert.Equal(3_600, (long)data["expires_at"]! - (long)data["created_at"]!);
    }

    [Fact]
    public async Task Nothing_of_a_file_stands_readable_on_the_disk()
    {
        const string Canary = "canary-of-the-files-4711";
        await UploadAsync(Encoding.UTF8.GetBytes(Canary), "user_data", $"{Canary}.txt");

        foreach (var path in Directory.EnumerateFiles(Gateway.DataDirectory, "*.db*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, Token);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary)) < 0, path);
        }
    }

    [Fact]
    public async Task Another_project_and_another_organisation_see_no_file()
    {
        var id = (string)(await UploadAsync([1, 2, 3], "user_data"))["id"]!;
        using var admin = Admin.OfDemo(Gateway);
        using var stranger = Gateway.CreateClient(await fixture.KeyOfAnotherProjectAsync(admin));

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(method, new Uri($"v1/files/{id}", UriKind.Relative));
            using var answer = await stranger.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        var list = await stranger.GetFromJsonAsync<JsonObject>(Files, Token);
        Assert.Empty(list!["data"]!.AsArray());
        Assert.Equal(3, (long)(await Gateway.GetAsync($"v1/files/{id}", Token))["bytes"]!);
    }

    [Fact]
    public async Task Files_beyond_the_organisations_room_are_refused_and_leave_nothing()
    {
        using var answer = await PostAsync(new byte[FileGateway.Quota + 1], "user_data", "large.bin");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("conflict", await CodeAsync(answer));
        Assert.Equal("false", Assert.Single(answer.Headers.GetValues("x-should-retry")));
    }

    [Theory]
    [InlineData("fine-tune", "{}", null, "invalid_value", "purpose")]
    [InlineData("batch", "", null, "invalid_value", "file")]
    [InlineData("batch", "\u0001ÿ", null, "invalid_value", "file")]
    [InlineData("batch", "{}", "10", "invalid_value", "expires_after[seconds]")]
    [InlineData("batch", "{}", "soon", "invalid_value", "expires_after[seconds]")]
    public async Task A_wrong_upload_is_refused_by_the_name_of_its_field(
        string purpose, string text, string? seconds, string code, string param)
    {
        using var answer = await PostAsync(Encoding.Latin1.GetBytes(text), purpose, "x.jsonl", seconds);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>(Token))!["error"]!;
        Assert.Equal((code, param), ((string)error["code"]!, (string)error["param"]!));
    }

    [Fact]
    public async Task A_batch_of_too_many_lines_is_refused()
    {
        using var answer = await PostAsync(
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{}\n", 50_001))), "batch", "x.jsonl");

        Assert.Contains("at most 50000 lines", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "nothing", 400)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n\r\nno name\r\n--x--", 400)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=file\r\n\r\nx", 400)]
    [InlineData("multipart/form-data", "--x--", 400)]
    [InlineData("application/json", "{}", 415)]
    public async Task A_form_that_is_none_is_refused(string type, string body, int status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("content-type", type);
        using var answer = await Gateway.Client.PostAsync(Files, content, Token);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_same_upload_with_the_same_idempotency_key_makes_one_file()
    {
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var form = FormOf([1, 2], "user_data", "twice.bin", null, "fixed");
            using var request = new HttpRequestMessage(HttpMethod.Post, Files) { Content = form };
            request.Headers.Add("Idempotency-Key", "one-file");
            using var answer = await Gateway.Client.SendAsync(request, Token);
            ids.Add((string)(await answer.Content.ReadFromJsonAsync<JsonObject>(Token))!["id"]!);
        }

        Assert.Single(ids.Distinct());
    }

    private async Task<JsonObject> UploadAsync(
        byte[] bytes, string purpose, string name = "x.jsonl", string? seconds = null)
    {
        using var answer = await PostAsync(bytes, purpose, name, seconds);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(Token))!;
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] bytes, string purpose, string name, string? seconds = null)
    {
        using var form = FormOf(bytes, purpose, name, seconds, "fixed");
        return await Gateway.Client.PostAsync(Files, form, Token);
    }

    private static MultipartFormDataContent FormOf(
        byte[] bytes, string purpose, string name, string? seconds, string boundary)
    {
        var form = new MultipartFormDataContent(boundary);
        form.Add(new ByteArrayContent(bytes), "file", name);
        form.Add(new StringContent(purpose), "purpose");
        if (seconds is not null)
        {
            form.Add(new StringContent("created_at"), "\"expires_after[anchor]\"");
            form.Add(new StringContent(seconds), "\"expires_after[seconds]\"");
        }

        return form;
    }

    private async Task<List<string>> IdsAsync(string path) =>
        [.. (await Gateway.GetAsync(path, Token))["data"]!.AsArray().Select(file => (string)file!["id"]!)];

    private static async Task<string> CodeAsync(HttpResponseMessage answer) =>
        (string)(await answer.Content.ReadFromJsonAsync<JsonObject>(Token))!["error"]!["code"]!;
}

/// <summary>One gateway for the tests of files, with room for few.</summary>
public sealed class FileGateway : IAsyncLifetime
{
    /// <summary>Bytes that the organisation's files may have in all.</summary>
    internal const int Quota = 8_000_000;

    internal InProcessGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Gateway = await InProcessGateway.StartAsync($"--Gateway:Files:QuotaBytes={Quota}");

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    /// <summary>A key of the same organisation in a project of its own.</summary>
    internal async Task<string> KeyOfAnotherProjectAsync(Admin admin)
    {
        var project = await admin.PostAsync("projects", """{"name":"elsewhere"}""");
        var key = await admin.PostAsync($"projects/{project["id"]}/api_keys", """{"name":"stranger"}""");
        return (string)key["value"]!;
    }
}
