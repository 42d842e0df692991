using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Testing.Fuzz;

/// <summary>The gateway that is fuzzed, and keys of two organisations: one that calls, and one whose projects, people
/// and limits may be spoiled without an end of its neighbour's calls.</summary>
/// <param name="Address">Where it listens, without a path.</param>
/// <param name="ApiKey">A key of the organisation that pays.</param>
/// <param name="AdminKey">The admin key of the other one.</param>
/// <param name="PoorKey">An API key of the other one, which has no credit.</param>
/// <param name="Document">The gateway's OpenAPI document.</param>
public sealed record FuzzTarget(Uri Address, string ApiKey, string AdminKey, string PoorKey, JsonObject Document)
{
    /// <summary>A gateway's OpenAPI document.</summary>
    public static async Task<JsonObject> DocumentAsync(Uri address)
    {
        using var client = new RawClient(address);
        await client.SendAsync(
            [Encoding.ASCII.GetBytes("GET /openapi/v1.json HTTP/1.1\r\nHost: localhost\r\n\r\n")],
            CancellationToken.None);
        var answer = await client.ReadAsync(hasBody: true, CancellationToken.None);
        return JsonNode.Parse(answer!.Body)!.AsObject();
    }
}
