using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Organization;

namespace Gateway.Api.Tests.Shapes;

/// <summary>Responses that are stored because their callers say so.</summary>
public sealed class StoredResponseTests(ShapeGateway fixture) : IClassFixture<ShapeGateway>
{
    private const string Path = "responses";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stored_response_reads_as_its_caller_got_it_for_free(bool stream)
    {
        var made = await StoreAsync("think", stream);
        var before = await CreditAsync();

        Assert.True((bool)made["store"]!);
        var read = await GetAsync((string)made["id"]!);
        Assert.True(JsonNode.DeepEquals(made, read), $"{made}\n{read}");
        var items = await GetAsync($"{made["id"]}/input_items");
        var item = Assert.Single(items["data"]!.AsArray())!;
        Assert.Equal(("message", "user", "think"), (
            (string)item["type"]!, (string)item["role"]!, (string)item["content"]![0]!["text"]!));
        Assert.Equal(before, await CreditAsync());
    }

    [Fact]
    public async Task A_conversation_goes_on_from_a_stored_response_with_every_turn_before_it()
    {
        var first = await StoreAsync("think");
        var second = await StoreAsync("plain", fields: $""" "previous_response_id":"{first["id"]}", """);
        var third = await fixture.JsonAsync(Path, $$"""
            {"model":"{{ShapeGateway.Model}}","previous_response_id":"{{second["id"]}}","instructions":"Be brief.",
             "input":[{"role":"user","content":"Go on."}]}
            """);

        Assert.Equal((string?)second["id"], (string?)third["previous_response_id"]);
        Assert.False((bool)third["store"]!);
        var asked = JsonNode.Parse(fixture.Asked.GetRawText())!["messages"]!.AsArray();
        Assert.Equal(
            ["system", "user", "assistant", "user", "assistant", "user"],
            asked.Select(message => (string)message!["role"]!));
        Assert.Equal("Two and two.", (string?)asked[2]!["reasoning_content"]);
        Assert.Equal("It is four.", (string?)asked[2]!["content"]![0]!["text"]);
        Assert.Equal("Go on.", (string?)asked[5]!["content"]);
    }

    [Fact]
    public async Task Nothing_is_stored_unless_the_request_says_so()
    {
        var made = await fixture.JsonAsync(Path, Ask("x"));

        Assert.False((bool)made["store"]!);
        Assert.Equal((404, "not_found", null), await RefusedAsync((string)made["id"]!));
    }

    [Fact]
    public async Task A_deleted_response_is_gone_also_for_those_that_go_on_with_it()
    {
        var made = await StoreAsync("x");
        using var deleted = await fixture.Gateway.Client.DeleteAsync(UriOf((string)made["id"]!), ShapeGateway.Token);
        var told = JsonNode.Parse(await deleted.Content.ReadAsStringAsync(ShapeGateway.Token))!;

        Assert.Equal(((string)made["id"]!, "response", true), (
            (string)told["id"]!, (string)told["object"]!, (bool)told["deleted"]!));
        Assert.Equal((404, "not_found", null), await RefusedAsync((string)made["id"]!));
        Assert.Equal((404, "not_found", "previous_response_id"), await fixture.RefusalAsync(
            Path, Ask("x", $""" "previous_response_id":"{made["id"]}", """)));
    }

    [Fact]
    public async Task Another_organisation_sees_no_response()
    {
        var made = await StoreAsync("x");
        var (admin, _, key) = await Admin.OfNewAsync(fixture.Gateway, "eve@example.org");
        using (admin)
        {
            using var stranger = fixture.Gateway.CreateClient(key);
            using var read = await stranger.GetAsync(UriOf((string)made["id"]!), ShapeGateway.Token);
            using var deleted = await stranger.DeleteAsync(UriOf((string)made["id"]!), ShapeGateway.Token);
            Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, deleted.StatusCode);
        }

        Assert.NotNull((await GetAsync((string)made["id"]!))["output"]);
    }

    [Fact]
    public async Task A_project_that_keeps_nothing_stores_nothing_and_forgets_what_it_had()
    {
        using var admin = Admin.OfDemo(fixture.Gateway);
        var path = $"projects/{await admin.DefaultProjectAsync()}/data_retention";
        var made = await StoreAsync("x");
        Assert.Equal("organization_default", (string?)(await admin.GetAsync(path))["type"]);
        try
        {
            var set = await admin.PostAsync(path, """{"retention_type":"zero_data_retention"}""");
            Assert.Equal(("project.data_retention", "zero_data_retention"), (
                (string)set["object"]!, (string)set["type"]!));
            Assert.Equal((404, "not_found", null), await RefusedAsync((string)made["id"]!));
            using var answer = await fixture.PostAsync(Path, Ask("x", """ "store":true, """));
            Assert.Equal("store", answer.Headers.GetValues("x-gateway-ignored").Single());
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ShapeGateway.Token))!;
            Assert.False((bool)body["store"]!);
            Assert.Equal((404, "not_found", null), await RefusedAsync((string)body["id"]!));
        }
        finally
        {
            await admin.PostAsync(path, """{"retention_type":"organization_default"}""");
        }

        await admin.RefusedAsync(
            HttpMethod.Post, path, """{"retention_type":"sometimes"}""", HttpStatusCode.BadRequest);
    }

    private static string Ask(string input, string fields = "") =>
        $$"""{"model":"{{ShapeGateway.Model}}",{{fields}}"input":"{{input}}"}""";

    private static Uri UriOf(string id) => new($"v1/responses/{id}", UriKind.Relative);

    private async Task<JsonNode> StoreAsync(string input, bool stream = false, string fields = "")
    {
        var body = Ask(input, fields + """ "store":true, """);
        return stream
            ? (await fixture.EventsAsync(Path, body.Replace(
                "\"store\"", "\"stream\":true,\"store\"", StringComparison.Ordinal)))[^2].Data!["response"]!
            : await fixture.JsonAsync(Path, body);
    }

    private async Task<JsonNode> GetAsync(string path) =>
        await fixture.Gateway.GetAsync($"v1/responses/{path}", ShapeGateway.Token);

    private async Task<(int Status, string? Code, string? Param)> RefusedAsync(string id)
    {
        using var answer = await fixture.Gateway.Client.GetAsync(UriOf(id), ShapeGateway.Token);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ShapeGateway.Token))!["error"];
        return ((int)answer.StatusCode, (string?)error?["code"], (string?)error?["param"]);
    }

    private async Task<long> CreditAsync() =>
        (long)(await fixture.Gateway.GetAsync("v1/credits", ShapeGateway.Token))["data"]!["total_usage_nusd"]!;
}
