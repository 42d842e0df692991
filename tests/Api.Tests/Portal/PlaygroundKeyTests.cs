using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Portal.Playground;
using Gateway.Api.Tests.Tasks;
using Gateway.Api.Wiring;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>A member who only tries things out uses up nobody's keys.</summary>
public sealed class PlaygroundKeyTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OrgId Org => Get<DevNetAccount>().Org;

    [Fact]
    public async Task Who_asks_again_gets_the_same_key_until_it_is_revoked()
    {
        using var client = new PortalClient(fixture.Gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await client.SignInAsync(fixture.Gateway);
        await client.GetAsync("/playground");
        var first = await KeyAsync(client);
        Assert.Equal(first, await KeyAsync(client));

        var project = await Get<ProjectStore>().DefaultAsync(Org);
        var row = (await Get<KeyStore>().ListAsync(Org, 1, TimeProvider.System.GetUtcNow()))[0];
        Assert.StartsWith(KeyStore.PlaygroundPrefix, row.Label, StringComparison.Ordinal);
        await Get<KeyStore>().RevokeAsync(project, new(row.Id), Actor.Console);
        Assert.NotEqual(first, await KeyAsync(client));
    }

    [Fact]
    public async Task One_person_is_made_ten_a_quarter_of_an_hour_and_revoking_them_makes_no_room()
    {
        var project = await Get<ProjectStore>().DefaultAsync(Org);
        for (var made = 0; made < PlaygroundKeys.MostOfOne; made++)
        {
            var (row, _) = Assert.NotNull(await CreateAsync(project, "one", PlaygroundKeys.MostOfOne));
            await Get<KeyStore>().RevokeAsync(project, new(row.Id), Actor.Console);
        }

        Assert.Null(await CreateAsync(project, "one", PlaygroundKeys.MostOfOne));
        Assert.NotNull(await CreateAsync(project, "two", PlaygroundKeys.MostOfOne));
    }

    [Fact]
    public async Task Keys_that_have_run_out_leave_room_for_others()
    {
        var org = await Get<AccessStore>().CreateOrganizationAsync("many", "many@example.org");
        var project = await Get<ProjectStore>().DefaultAsync(org);
        await FillAsync(project, expired: KeyStore.MaxKeys, living: KeyStore.MaxKeys - 1);

        Assert.NotNull(await CreateAsync(project, "last"));
        Assert.Null(await CreateAsync(project, "one too many"));
    }

    private T Get<T>()
        where T : notnull => fixture.Gateway.Services.GetRequiredService<T>();

    private static async Task<string> KeyAsync(PortalClient client)
    {
        using var answer = await client.PostJsonAsync("/playground/key", "{}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (string)JsonNode.Parse(client.Page)!["key"]!;
    }

    private Task<(ApiKeyRow Row, string Text)?> CreateAsync(ProjectRow project, string name, int? mostAlike = null) =>
        Get<KeyStore>().CreateAsync(
            project,
            new(name, KeyScopesText.Default, null, null, default, TimeProvider.System.GetUtcNow().AddMinutes(15)),
            Actor.Console, mostAlike);

    private async Task FillAsync(ProjectRow project, int expired, int living)
    {
        await using var db = await Get<IDbContextFactory<AccessDb>>().CreateDbContextAsync(Token);
        for (var at = 0; at < expired + living; at++)
        {
            var (row, _) = AccessStore.NewKey(
                Get<Pepper>(), TimeProvider.System, new(project.Org), KeyKind.Api, project.Id);
            row.ExpiresAt = at < expired ? 1 : null;
            db.Add(row);
        }

        await db.SaveChangesAsync(Token);
    }
}
