using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Tokens;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Tokens;

public sealed class TokenTests(TokenKit kit) : IClassFixture<TokenKit>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Forgeries =>
    [
        "none", "none without signature", "HS256 with the public key", "HS256 with the set's secret", "RS384",
        "other key",
        "wrong aud", "no aud", "wrong iss", "no iss", "expired", "no exp", "not yet", "unknown kid", "kid traversal",
        "two keys and no kid", "jku", "embedded jwk", "crit", "changed claims", "unknown subject", "no subject",
        "a pattern is no subject", "five parts", "garbage",
    ];

    [Fact]
    public async Task A_good_token_calls_and_reads_as_its_role_says()
    {
        Assert.Equal(HttpStatusCode.OK, await GetAsync(kit.Good("worker"), "v1/models"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(kit.Good("worker"), "v1/key"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(kit.Good("worker"), "v1/organization/projects"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(kit.Good("books"), "v1/models"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(kit.Good("books"), "v1/organization/audit_logs"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(kit.Good("books"), "v1/organization/deposits"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(kit.Good("books"), "v1/organization/users"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(kit.Good("boss"), "v1/organization/admin_api_keys"));
        var elliptic = kit.Signed(new() { ["alg"] = "ES256", ["kid"] = "ec" }, TokenKit.Claims("worker"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(elliptic, "v1/models"));
        var late = kit.Signed(
            new() { ["alg"] = "RS256", ["kid"] = "rsa" }, TokenKit.Claims("worker", expires: TokenKit.Now - 30));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(late, "v1/models"));
    }

    [Fact]
    public async Task A_project_owner_manages_that_project_and_knows_no_other()
    {
        var own = $"v1/organization/projects/{kit.Project}";
        var lead = kit.Good("lead");
        using var boss = kit.Gateway.CreateClient(kit.Good("boss"));
        var all = JsonNode.Parse(await boss.GetStringAsync(Uri("v1/organization/projects"), Token))!["data"]!.AsArray();
        var other = all.Select(one => (string)one!["id"]!).First(id => id != kit.Project.ToString());

        Assert.Equal(HttpStatusCode.OK, await GetAsync(lead, $"{own}/api_keys"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(lead, $"v1/organization/projects/{other}/api_keys"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(lead, "v1/organization/projects"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(lead, "v1/organization/costs?start_time=1790000000"));

        using var client = kit.Gateway.CreateClient(lead);
        using var made = await client.PostAsync(
            Uri($"{own}/api_keys"), new StringContent("""{"name":"k"}""", Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        var text = await boss.GetStringAsync(Uri("v1/organization/audit_logs?limit=1"), Token);
        var log = JsonNode.Parse(text)!["data"]![0]!;
        Assert.Equal(("token", "lead"), ((string)log["actor"]!["type"]!, (string)log["actor"]!["id"]!));
        using var raised = await client.PostAsync(Uri($"{own}/spend_limit"),
            new StringContent("""{"threshold_amount":1}""", Encoding.UTF8, "application/json"), Token);
        Assert.Equal(HttpStatusCode.Forbidden, raised.StatusCode);
    }

    [Fact]
    public async Task Another_organisations_change_leaves_what_is_known_of_a_subject()
    {
        var (tokens, keys) = (Get<TokenDirectory>(), Get<KeyDirectory>());
        var text = kit.Good("worker");
        var stranger = new OrgId(Guid.CreateVersion7());
        for (var tries = 0; tries < 50; tries++)
        {
            Assert.NotNull(await tokens.FindAsync(text));
            var (reads, since) = (tokens.StoreReads, TimeProvider.System.GetTimestamp());
            keys.Refresh(stranger);
            Assert.NotNull(await tokens.FindAsync(text));
            var isSlow = TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(1);
            if (!isSlow && tokens.StoreReads == reads)
            {
                keys.Refresh(kit.Org);
                Assert.NotNull(await tokens.FindAsync(text));
                Assert.True(tokens.StoreReads > reads);
                return;
            }
        }

        Assert.Fail("A stranger's change had what is known read again.");
    }

    [Fact]
    public void Each_change_has_a_number_of_its_own_however_many_organisations_there_are()
    {
        var (marks, own) = (new ChangeMarks(), new OrgId(Guid.CreateVersion7()));
        var first = marks.Of(own);
        marks.Note(own);
        var second = marks.Of(own);
        marks.Note(new(Guid.CreateVersion7()));
        Assert.Equal(second, marks.Of(own));

        for (var at = 0; at < ChangeMarks.MaxKnown; at++)
        {
            marks.Note(new(Guid.CreateVersion7()));
        }

        Assert.DoesNotContain(marks.Of(own), new[] { first, second });
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Attack_31_A_forged_token_is_401(string forgery) =>
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(Forge(forgery), "v1/models"));

    private T Get<T>()
        where T : notnull => kit.Gateway.Services.GetRequiredService<T>();

    private string Forge(string forgery)
    {
        var (header, claims) = (Header(), TokenKit.Claims("worker"));
        return forgery switch
        {
            "none" => kit.Signed(With(header, "alg", "none"), claims, _ => [1]),
            "none without signature" => kit.Signed(With(header, "alg", "none"), claims, _ => []),
            "HS256 with the public key" => kit.Signed(With(header, "alg", "HS256"), claims,
                text => HMACSHA256.HashData(Encoding.ASCII.GetBytes(kit.Rsa.ExportSubjectPublicKeyInfoPem()), text)),
            "HS256 with the set's secret" => kit.Signed(
                With(With(header, "alg", "HS256"), "kid", "secret"), claims,
                text => HMACSHA256.HashData(new byte[32], text)),
            "RS384" => kit.Signed(With(header, "alg", "RS384"), claims,
                text => kit.Rsa.SignData(text, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)),
            "other key" => kit.Signed(header, claims, SignedByAnother),
            "wrong aud" => kit.Signed(header, With(claims, "aud", "other")),
            "no aud" => kit.Signed(header, Without(claims, "aud")),
            "wrong iss" => kit.Signed(header, With(claims, "iss", TokenKit.Issuer + "/")),
            "no iss" => kit.Signed(header, Without(claims, "iss")),
            "expired" => kit.Signed(header, TokenKit.Claims("worker", expires: TokenKit.Now - 120)),
            "no exp" => kit.Signed(header, Without(claims, "exp")),
            "not yet" => kit.Signed(header, TokenKit.Claims("worker", notBefore: TokenKit.Now + 300)),
            "unknown kid" => kit.Signed(With(header, "kid", "rsa2"), claims),
            "kid traversal" => kit.Signed(With(header, "kid", "../../../../dev/null"), claims),
            "two keys and no kid" => kit.Signed(Without(header, "kid"), claims),
            "jku" => kit.Signed(
                With(With(header, "jku", "http://127.0.0.1:1/x"), "kid", "mine"), claims, SignedByAnother),
            "embedded jwk" => kit.Signed(
                With(header, "jwk", new JsonObject { ["kty"] = "RSA" }), claims, SignedByAnother),
            "crit" => kit.Signed(With(header, "crit", new JsonArray("exp2")), claims),
            "changed claims" => Swapped(kit.Good("worker"), kit.Good("boss")),
            "unknown subject" => kit.Signed(header, TokenKit.Claims("stranger")),
            "no subject" => kit.Signed(header, Without(claims, "sub")),
            "a pattern is no subject" => kit.Signed(header, TokenKit.Claims("member-7")),
            "five parts" => kit.Good("worker") + ".a.b",
            _ => "a.b.c",
        };
    }

    private static JsonObject Header() => new() { ["alg"] = "RS256", ["kid"] = "rsa" };

    private static JsonObject With(JsonObject part, string name, JsonNode value)
    {
        part[name] = value;
        return part;
    }

    private static JsonObject Without(JsonObject part, string name)
    {
        part.Remove(name);
        return part;
    }

    private static byte[] SignedByAnother(byte[] text)
    {
        using var other = RSA.Create(2048);
        return other.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    // The signature of one under the claims of another.
    private static string Swapped(string signed, string claims) =>
        $"{signed.Split('.')[0]}.{claims.Split('.')[1]}.{signed.Split('.')[2]}";

    private async Task<HttpStatusCode> GetAsync(string token, string path)
    {
        using var client = kit.Gateway.CreateClient(token);
        using var answer = await client.GetAsync(Uri(path), Token);
        return answer.StatusCode;
    }

    private static Uri Uri(string path) => new(path, UriKind.Relative);
}
