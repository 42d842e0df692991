using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Api.Commands;

/// <summary>Prints a command's result: one JSON object on standard output.</summary>
internal static class CommandOutput
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,

        // For a terminal, not for a page: quotes and letters as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(JsonObject result) => Console.WriteLine(result.ToJsonString(Readable));
}
