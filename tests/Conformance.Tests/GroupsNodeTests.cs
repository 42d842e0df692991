namespace Gateway.Conformance.Tests;

/// <summary>Groups and roles, driven by the unmodified package of OpenAI for Node.</summary>
[Trait("Needs", "node")]
public sealed class GroupsNodeTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task OpenAis_client_manages_groups_and_their_roles()
    {
        var seen = await GatewayScript.RunAsync("groups.mjs", gateway.Process, [gateway.Process.AdminKey]);

        Assert.Equal(("first", "first", "group"), (
            (string)seen["renamed"]!, (string)seen["read"]!, (string)seen["made"]!["group_type"]!));
        Assert.Equal("""["first","two","three"]""", seen["pages"]!.ToJsonString());
        Assert.Equal(("group.user", "user", "[true]"), (
            (string)seen["added"]!["object"]!, (string)seen["user"]!, seen["users"]!.ToJsonString()));
        Assert.Equal(
            """["role_owner","role_admin","role_finance","role_auditor","role_reader","role_member"]""",
            seen["roles"]!.ToJsonString());
        Assert.Equal(("group.role", "reader", """["reader"]""", true), (
            (string)seen["given"]!["object"]!, (string)seen["given"]!["role"]!["name"]!, seen["has"]!.ToJsonString(),
            (bool)seen["role"]!));
        Assert.Equal(("first", 1, "project.group", "api.project"), (
            (string)seen["part"]!, (int)seen["parts"]!, (string)seen["inProject"]!, (string)seen["givenInProject"]!));
        Assert.Equal("""["role_project_member","role_project_owner"]""", seen["rolesInProject"]!.ToJsonString());
        Assert.Equal("""["owner","member"]""", seen["projectRoles"]!.ToJsonString());
        Assert.Equal(
            """
            ["group.role.deleted","project.group.deleted","group.role.deleted","group.user.deleted","group.deleted"]
            """.Trim(),
            seen["ended"]!.ToJsonString());
        Assert.Equal(2, (int)seen["left"]!);
    }
}
