using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Conformance.Tests;

/// <summary>Runs a script of the node folder against a gateway and reads the JSON it prints.</summary>
internal static class GatewayScript
{
    public static Task<JsonNode> RunAsync(string script, GatewayProcess gateway, params IEnumerable<string> args) =>
        NodeScript.RunAsync(
            script, [gateway.BaseUrl.ToString(), gateway.ApiKey, .. args], TestContext.Current.CancellationToken);
}
