using System.Text.Json.Nodes;
using Gateway.Api.Audit;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Which models the keys of a project may call.</summary>
internal sealed class ModelPermissionStore(AuditTrail trail)
{
    /// <summary>Sets the list, or takes it away with null.</summary>
    public Task SetAsync(ProjectRow project, IReadOnlyList<string>? models, Actor actor) =>
        trail.ActAsync(new(project.Org), actor, async act =>
        {
            var row = await act.Db.Projects.SingleAsync(one => one.Id == project.Id && one.Org == project.Org);
            row.Models = models is null ? null : string.Join(' ', models);
            var id = new ProjectId(project.Id);
            var data = models is null ? null : new JsonObject { ["model_ids"] = row.Models };
            act.Note(new(
                $"project.model_permissions.{(models is null ? "deleted" : "updated")}", id.ToString(), id, data));
            return true;
        });
}
