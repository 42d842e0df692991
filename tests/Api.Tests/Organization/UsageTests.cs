using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Organization;

public sealed class UsageTests(OrganizationFixture fixture) : IClassFixture<OrganizationFixture>
{
    private const long Start = 1_772_323_200; // 2026-03-01

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Usage_comes_in_buckets_with_results_and_pages()
    {
        using var member = await UsedAsync();

        var first = await member.GetAsync(
            $"usage/completions?start_time={Start + 7}&end_time={Start + 86400 * 3 - 1}&limit=2&group_by[]=model");
        var second = await member.GetAsync(
            $"usage/completions?start_time={Start + 7}&end_time={Start + 86400 * 3 - 1}&limit=2&group_by=model"
            + $"&page={first["next_page"]}");

        Assert.Equal(("page", true), ((string)first["object"]!, (bool)first["has_more"]!));
        Assert.Equal((false, null), ((bool)second["has_more"]!, second["next_page"]));
        Assert.Equal([2, 0], first["data"]!.AsArray().Select(bucket => bucket!["results"]!.AsArray().Count));
        var last = Assert.Single(second["data"]!.AsArray())!;
        Assert.Equal((Start + 2 * 86400, Start + 3 * 86400), ((long)last["start_time"]!, (long)last["end_time"]!));
        var result = first["data"]![0]!["results"]![0]!;
        Assert.Equal("""
            {"object":"organization.usage.completions.result","input_tokens":10,"input_cached_tokens":2,
            "output_tokens":3,"output_reasoning_tokens":1,"input_audio_tokens":0,"output_audio_tokens":0,
            "num_model_requests":1,"project_id":null,"user_id":null,"api_key_id":null,"model":"a","batch":null,
            "cost":0.000000007,"cost_nusd":7}
            """.ReplaceLineEndings(""), result.ToJsonString());
    }

    [Fact]
    public async Task Costs_have_their_amount_in_usd_and_exactly()
    {
        using var member = await UsedAsync();

        var costs = await member.GetAsync(
            $"costs?start_time={Start}&end_time={Start + 3 * 86400}&group_by=line_item,project_id"
            + "&models=b&models[]=zz");

        var result = costs["data"]![2]!["results"]![0]!;
        Assert.Equal("""{"value":1.25,"currency":"usd"}""", result["amount"]!.ToJsonString());
        Assert.Equal((1_250_000_000, "b"), ((long)result["amount_nusd"]!, (string)result["line_item"]!));
        Assert.Empty(costs["data"]![1]!["results"]!.AsArray());
    }

    [Fact]
    public async Task Hours_are_told_apart_and_what_is_not_grouped_is_one_result()
    {
        using var member = await UsedAsync();

        var hours = await member.GetAsync($"costs?start_time={Start}&end_time={Start + 86400}&bucket_width=1h");

        Assert.Equal(24, hours["data"]!.AsArray().Count);
        Assert.Equal(8, (long)Assert.Single(hours["data"]![0]!["results"]!.AsArray())!["amount_nusd"]!);
    }

    [Fact]
    public async Task Without_usage_the_page_is_valid_and_empty()
    {
        using var member = await fixture.NewAsync("Empty", 0);

        var usage = await member.GetAsync($"usage/completions?start_time={Start}&end_time={Start + 86400}");

        Assert.Equal("""[{"object":"bucket","start_time":1772323200,"end_time":1772409600,"results":[]}]""",
            usage["data"]!.ToJsonString());
        Assert.Equal("{\"data\":[]}", await member.TextAsync("usage/export?format=json"));
        Assert.StartsWith("start,requests", await member.TextAsync("usage/export"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usage/completions", "missing_required_parameter", "start_time")]
    [InlineData("usage/completions?start_time=-1", "invalid_value", "start_time")]
    [InlineData("usage/completions?start_time=1e9", "invalid_value", "start_time")]
    [InlineData("usage/completions?start_time=9223372036854775808", "invalid_value", "start_time")]
    [InlineData("usage/completions?start_time=1&start_time=2", "invalid_value", "start_time")]
    [InlineData("usage/completions?start_time=86400&end_time=86400", "invalid_value", "end_time")]
    [InlineData("usage/completions?start_time=1&limit=0", "invalid_value", "limit")]
    [InlineData("usage/completions?start_time=1&limit=32", "invalid_value", "limit")]
    [InlineData("usage/completions?start_time=1&bucket_width=1m", "invalid_value", "bucket_width")]
    [InlineData("usage/completions?start_time=1&group_by=org", "invalid_value", "group_by")]
    [InlineData("usage/completions?start_time=1&page=page_5", "invalid_value", "page")]
    [InlineData("usage/completions?start_time=86400&page=page_0", "invalid_value", "page")]
    [InlineData(
        "usage/completions?start_time=1&models=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "invalid_value", "models")]
    [InlineData("costs?start_time=1&api_key_id=x", "unknown_parameter", "api_key_id")]
    [InlineData("usage/export?from=2026-02-30", "invalid_value", "from")]
    [InlineData("usage/export?from=2026-02-02&to=2026-02-01", "invalid_value", "to")]
    [InlineData("usage/export?from=2024-01-01&to=2026-01-01", "invalid_value", "to")]
    [InlineData("usage/export?format=xml", "invalid_value", "format")]
    [InlineData("deposits?limit=101", "invalid_value", "limit")]
    [InlineData("invoices/2026-13", "invalid_value", "month")]
    [InlineData("invoices/26-1", "invalid_value", "month")]
    [InlineData("invoices/2026-03?format=pdf", "invalid_value", "format")]
    [InlineData("reserves/yesterday", "invalid_value", "day")]
    public async Task A_wrong_parameter_is_400_and_named(string path, string code, string param)
    {
        using var member = await fixture.NewAsync("Wrong", 0);
        using var answer = await member.Admin.GetAsync(new Uri("v1/organization/" + path, UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;
        Assert.Equal((code, param), ((string)error["code"]!, (string)error["param"]!));
    }

    [Theory]
    [InlineData("usage/completions?start_time=1", HttpStatusCode.Forbidden)]
    [InlineData("costs?start_time=1", HttpStatusCode.Forbidden)]
    [InlineData("usage/export", HttpStatusCode.Forbidden)]
    [InlineData("deposits", HttpStatusCode.Forbidden)]
    [InlineData("invoices", HttpStatusCode.Forbidden)]
    [InlineData("invoices/2026-03", HttpStatusCode.Forbidden)]
    [InlineData("reserves", HttpStatusCode.Forbidden)]
    public async Task Only_an_admin_key_reads_money_and_nobody_writes(string path, HttpStatusCode withApiKey)
    {
        using var member = await fixture.NewAsync("Kinds", 0);
        var address = new Uri("v1/organization/" + path, UriKind.Relative);
        using var nobody = fixture.Gateway.CreateClient(null);

        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(address, Token)).StatusCode);
        using var answer = await member.Api.GetAsync(address, Token);
        Assert.Equal(withApiKey, answer.StatusCode);
        if (withApiKey == HttpStatusCode.Forbidden)
        {
            Assert.Contains(
                "insufficient_permissions", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await member.Admin.PostAsync(address, null, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await member.Admin.DeleteAsync(address, Token)).StatusCode);
    }

    [Fact]
    public async Task Attack_07_another_organisation_reads_nothing_of_this_one()
    {
        using var member = await UsedAsync();
        using var other = await fixture.NewAsync("Other", 0);
        var range = $"start_time={Start}&end_time={Start + 3 * 86400}";

        var usage = await other.GetAsync($"usage/completions?{range}&group_by=model&models=a&api_key_ids=key_1");
        Assert.All(usage["data"]!.AsArray(), bucket => Assert.Empty(bucket!["results"]!.AsArray()));
        var id = (string)(await member.GetAsync("deposits"))["data"]![0]!["id"]!;
        Assert.Empty((await other.GetAsync($"deposits?after={Uri.EscapeDataString(id)}"))["data"]!.AsArray());
        Assert.Equal("{\"data\":[]}", await other.TextAsync("usage/export?format=json&from=2026-03-01&to=2026-04-01"));
        Assert.Empty((await other.GetAsync("invoices?format=json"))["data"]!.AsArray());
    }

    [Fact]
    public async Task Deposits_say_what_became_of_them()
    {
        using var member = await UsedAsync();

        var deposits = await member.GetAsync("deposits");

        Assert.Equal($$"""
            {"object":"organization.deposit","id":"0xg/0xb{{member.Org}}/1","state":"credited","tao":0.0000025,
            "rao":2500,"usd_per_tao":"400.00","credit":10,"credit_nusd":10000000000,"address":"5Deposit","block":77,
            "block_hash":"0xb{{member.Org}}","event_index":1,"block_time":"2023-11-14T22:13:20.123Z",
            "confirmations":null}
            """.ReplaceLineEndings(""), Assert.Single(deposits["data"]!.AsArray())!.ToJsonString());
        Assert.False((bool)deposits["has_more"]!);
    }

    private async Task<Member> UsedAsync()
    {
        var member = await fixture.NewAsync("Used", 10_000_000_000);
        await fixture.ChargeAsync(member.Org, OrganizationFixture.March, 7, "a");
        await fixture.ChargeAsync(member.Org, OrganizationFixture.March, 1, "b");
        await fixture.ChargeAsync(
            member.Org, OrganizationFixture.March.AddDays(2), 1_250_000_000, "b", project: "proj_1");
        return member;
    }
}
