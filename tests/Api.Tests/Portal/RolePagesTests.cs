using System.Net;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Tests.Http;
using Gateway.Api.Wiring;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>Each role on each page: it opens for whom the table of roles lets see the whole organisation, and is not
/// there for others.</summary>
public sealed class RolePagesTests
{
    private static readonly (string Path, Act Act)[] Pages =
    [
        ("/overview", Act.SeeUsage), ("/activity", Act.SeeUsage), ("/usage", Act.SeeUsage),
        ("/usage.csv", Act.SeeUsage), ("/keys", Act.ManageKeys), ("/playground", Act.CallModels),
        ("/billing", Act.ManageMoney), ("/limits", Act.SeeUsage),
        ("/billing/invoices", Act.ManageMoney), ("/billing/refunds", Act.ManageMoney), ("/settings", Act.ReadAudit),
        ("/settings/audit", Act.ReadAudit), ("/settings/webhooks", Act.ManageKeys),
        ("/settings/admin-keys", Act.OwnOrganization),
    ];

    [Fact]
    public async Task A_page_opens_for_whom_the_table_of_roles_says()
    {
        var visitors = new OneVisitor();
        await using var gateway = await InProcessGateway.StartAsync(
            services => services.AddSingleton<IVisitors>(visitors), []);
        using var client = new PortalClient(gateway);
        client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var org = gateway.Services.GetRequiredService<DevNetAccount>().Org;
        foreach (var role in Enum.GetValues<Role>())
        {
            visitors.Visitor = new(Guid.CreateVersion7(), "who@example.org", org, "Org", role);
            foreach (var (path, act) in Pages)
            {
                using var answer = await client.GetAsync(path);
                var opens = RoleTable.Of(role, act) is Reach.All or Reach.Read or Reach.MoneyRows;

                Assert.True(
                    answer.StatusCode == (opens ? HttpStatusCode.OK : HttpStatusCode.NotFound),
                    $"{role} on {path}: {answer.StatusCode}");
            }
        }
    }

    private sealed class OneVisitor : IVisitors
    {
        public PortalVisitor? Visitor { get; set; }

        public ValueTask<PortalVisitor?> FindAsync(HttpContext context) => new(Visitor);
    }
}
