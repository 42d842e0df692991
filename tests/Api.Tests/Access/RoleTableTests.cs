using Gateway.Api.Access;
using Gateway.Testing;

namespace Gateway.Api.Tests.Access;

/// <summary>The table that people read and the table that the code obeys are one.</summary>
public sealed class RoleTableTests
{
    private static readonly Dictionary<string, Reach> Words = new()
    {
        ["y"] = Reach.All,
        ["-"] = Reach.None,
        ["read"] = Reach.Read,
        ["money rows"] = Reach.MoneyRows,
        ["own project"] = Reach.OwnProject,
        ["below project cap"] = Reach.BelowProject,
        ["own keys"] = Reach.OwnKeys,
    };

    private static readonly Dictionary<string, Act> Acts = new()
    {
        ["call models"] = Act.CallModels,
        ["projects, keys, service accounts, webhooks"] = Act.ManageKeys,
        ["budgets"] = Act.SetBudgets,
        ["rate limits"] = Act.SetRateLimits,
        ["see usage and cost"] = Act.SeeUsage,
        ["invite, change roles (not owners)"] = Act.ManageMembers,
        ["deposit addresses, deposits, invoices"] = Act.ManageMoney,
        ["request refund"] = Act.RequestRefund,
        ["audit log"] = Act.ReadAudit,
        ["admin keys, owners"] = Act.OwnOrganization,
    };

    public static TheoryData<string, string, string> Cells
    {
        get
        {
            var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "api.md"))
                .SkipWhile(line => !line.StartsWith("| may |", StringComparison.Ordinal))
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))
                .ToArray();
            var cells = new TheoryData<string, string, string>();
            foreach (var row in rows.Skip(2))
            {
                for (var column = 1; column < row.Length; column++)
                {
                    cells.Add(row[0], rows[0][column], row[column]);
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_cell_of_the_documentation_is_what_the_code_does(string act, string role, string word) =>
        Assert.Equal(Words[word], RoleTable.Of(Assert.NotNull(RoleNames.Parse(role.Replace(' ', '_'))), Acts[act]));

    [Fact]
    public void The_documentation_has_every_act_and_every_role() =>
        Assert.Equal(Enum.GetValues<Act>().Length * Enum.GetValues<Role>().Length, Cells.Count);

    [Fact]
    public void An_admin_key_with_every_scope_is_an_owner_and_no_smaller_one_is()
    {
        foreach (var act in Enum.GetValues<Act>().Except([Act.CallModels]))
        {
            Assert.Equal(RoleTable.Of(Role.Owner, act), Authority.Of(AdminScopesText.All).Of(act));
        }

        for (var scopes = AdminScopes.None; scopes < AdminScopesText.All; scopes++)
        {
            Assert.Equal(Reach.None, Authority.Of(scopes).Of(Act.OwnOrganization));
            Assert.Equal(Reach.None, Authority.Of(scopes).Of(Act.CallModels));
        }
    }
}
