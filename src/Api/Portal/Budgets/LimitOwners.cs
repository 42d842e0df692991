using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Budgets;

/// <summary>Finds whose limits an address names: the organisation, one of its projects, or one of its keys. What is
/// another organisation's is as none.</summary>
internal sealed class LimitOwners(KeyStore keys, ProjectStore projects)
{
    /// <summary>Whether there is such a one, for the page of one.</summary>
    public async Task<bool> ExistsAsync(HttpContext context, string id)
    {
        var org = PortalVisitor.Of(context)!.OrganizationId;
        return await FindAsync(org, id) is not null || await FindKeyAsync(org, id) is not null;
    }

    /// <summary>The organisation or a project that is not archived.</summary>
    public async Task<LimitOwner?> FindAsync(OrgId org, string id)
    {
        if (id == org.ToString())
        {
            return new(org, org.Value, IsProject: false);
        }

        return ProjectId.TryParse(id, out var project)
            && await projects.FindAsync(org, project) is { ArchivedAt: null } found
                ? new(org, found.Id, IsProject: true)
                : null;
    }

    /// <summary>A key with its project.</summary>
    public async Task<(ProjectRow Project, ApiKeyRow Key)?> FindKeyAsync(OrgId org, string id)
    {
        if (!KeyId.TryParse(id, out var key) || await keys.FindAsync(org, key) is not { } row)
        {
            return null;
        }

        var project = row.Project is { } of
            ? await projects.FindAsync(org, new(of))
            : await projects.DefaultAsync(org);
        return project is { ArchivedAt: null } ? (project, row) : null;
    }
}

/// <summary>An organisation or a project as the owner of limits.</summary>
/// <param name="Org">The organisation.</param>
/// <param name="Id">Its id, or the project's.</param>
/// <param name="IsProject">Which of both.</param>
internal sealed record LimitOwner(OrgId Org, Guid Id, bool IsProject)
{
    /// <summary>A spend limit of it as the books have it.</summary>
    public Allowance Of(SpendLimit limit) => IsProject
        ? limit.ToAllowance(new ProjectId(Id).ToString(), BudgetKind.Project)
        : limit.ToAllowance(Org.ToString(), BudgetKind.Organization);
}
