using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Hosting;
using Gateway.Api.Tests.Http;
using Gateway.Core;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Tests.Tokens;

/// <summary>A gateway that takes the tokens of one issuer, with the issuer's keys.</summary>
public sealed class TokenKit : IAsyncLifetime
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "gateway";

    internal RSA Rsa { get; } = RSA.Create(2048);

    internal ECDsa Elliptic { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal OrgId Org { get; private set; }

    internal ProjectId Project { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var directory = GatewayProcess.NewDataDirectory();
        await PrepareAsync(directory);
        var keys = Path.Combine(directory, "issuer.jwks");
        await File.WriteAllTextAsync(keys, Set().ToJsonString());
        Gateway = await InProcessGateway.StartInAsync(directory,
        [
            $"--Gateway:Tokens:Issuers:0:Issuer={Issuer}", $"--Gateway:Tokens:Issuers:0:Audience={Audience}",
            $"--Gateway:Tokens:Issuers:0:KeysFile={keys}",
            .. Subject(0, "boss", "owner"), .. Subject(1, "books", "auditor"), .. Subject(2, "lead", "project_owner"),
            .. Subject(3, "member-*", "member"), .. Subject(4, "worker", "member"),
            .. Subject(5, "deputy", "admin"), .. Subject(6, "seven", "member"), .. Subject(7, "eight", "member"),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Rsa.Dispose();
        Elliptic.Dispose();
    }

    /// <summary>A good token's claims.</summary>
    internal static JsonObject Claims(string subject, long? expires = null, long? notBefore = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["exp"] = expires ?? Now + 600,
        };
        if (notBefore is { } from)
        {
            claims["nbf"] = from;
        }

        return claims;
    }

    internal static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    internal string Good(string subject) => Signed(new() { ["alg"] = "RS256", ["kid"] = "rsa" }, Claims(subject));

    /// <summary>A token signed as its header says, or by <paramref name="signer"/>.</summary>
    internal string Signed(JsonObject header, JsonObject claims, Func<byte[], byte[]>? signer = null)
    {
        var text = $"{Encoded(header)}.{Encoded(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = signer is not null
            ? signer(bytes)
            : (string)header["alg"]! == "ES256"
                ? Elliptic.SignData(bytes, HashAlgorithmName.SHA256)
                : Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(JsonObject part) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private JsonObject Set()
    {
        var (rsa, point) = (Rsa.ExportParameters(false), Elliptic.ExportParameters(false).Q);
        return new()
        {
            ["keys"] = new JsonArray(
                new JsonObject
                {
                    ["kty"] = "RSA",
                    ["kid"] = "rsa",
                    ["n"] = Base64Url.EncodeToString(rsa.Modulus),
                    ["e"] = Base64Url.EncodeToString(rsa.Exponent),
                },
                new JsonObject
                {
                    ["kty"] = "EC",
                    ["crv"] = "P-256",
                    ["kid"] = "ec",
                    ["x"] = Base64Url.EncodeToString(point.X),
                    ["y"] = Base64Url.EncodeToString(point.Y),
                },
                new JsonObject { ["kty"] = "oct", ["kid"] = "secret", ["k"] = Base64Url.EncodeToString(new byte[32]) }),
        };
    }

    private IEnumerable<string> Subject(int place, string subject, string role)
    {
        var key = $"--Gateway:Tokens:Issuers:0:Subjects:{place}";
        return
        [
            $"{key}:Subject={subject}", $"{key}:Organization={Org}", $"{key}:Project={Project}", $"{key}:Role={role}",
        ];
    }

    private async Task PrepareAsync(string directory)
    {
        var contexts = new Contexts(new DbContextOptionsBuilder<AccessDb>()
            .UseSqlite($"Data Source={Path.Combine(directory, "access.db")};Pooling=False").Options);
        var pepper = Pepper.In(DataDirectory.Open(directory));
        await new AccessSchema(contexts, TimeProvider.System).MigrateAsync(CancellationToken.None);
        var trail = new AuditTrail(contexts, new AuditChain(pepper), TimeProvider.System);
        var projects = new ProjectStore(contexts, trail, TimeProvider.System);
        var access = new AccessStore(contexts, projects, trail, pepper, TimeProvider.System);
        Org = await access.CreateOrganizationAsync("Tokens", "tokens@example.org");
        Project = new((await projects.CreateAsync(Org, "P", Actor.Console))!.Id);
    }

    private sealed class Contexts(DbContextOptions<AccessDb> options) : IDbContextFactory<AccessDb>
    {
        public AccessDb CreateDbContext() => new(options);
    }
}
