using System.Text.Json.Nodes;
using Gateway.Core;

namespace Gateway.Api.Audit;

/// <summary>What is done, for the log. Nothing in it may be a secret.</summary>
/// <param name="Type">OpenAI's name of the event where it has one.</param>
/// <param name="Target">The public id of what is acted on.</param>
/// <param name="Project">The project concerned, if one is.</param>
/// <param name="Data">What was asked for; small.</param>
internal sealed record AuditEvent(string Type, string Target, ProjectId? Project = null, JsonObject? Data = null);
