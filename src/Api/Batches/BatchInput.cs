using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Batches;

/// <summary>The lines of a batch's file, each an order in OpenAI's shape: <c>custom_id</c>, <c>method</c>, <c>url</c>
/// and <c>body</c>. They stay where they lie in the file; blank ones are none.</summary>
internal sealed class BatchInput
{
    private const int MaxErrors = 100;
    private const int MaxId = 512;
    private const int MaxWord = 64;

    private readonly List<ReadOnlyMemory<byte>> _lines = [];

    public BatchInput(ReadOnlyMemory<byte> file)
    {
        while (file.Length > 0)
        {
            var end = file.Span.IndexOf((byte)'\n');
            var line = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            if (line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                _lines.Add(line);
            }
        }
    }

    public int Count => _lines.Count;

    /// <summary>One of its lines, which was found good.</summary>
    public BatchLine this[int n] => Read(_lines[n], endpoint: null);

    /// <summary>What is wrong with it; empty: it can be run.</summary>
    public List<BatchError> Problems(string endpoint)
    {
        var (problems, seen) = (new List<BatchError>(), new HashSet<string>(StringComparer.Ordinal));
        for (var n = 0; n < _lines.Count && problems.Count < MaxErrors; n++)
        {
            try
            {
                var line = Read(_lines[n], endpoint);
                if (!seen.Add(line.CustomId))
                {
                    problems.Add(new("duplicate_custom_id", n + 1, "This custom_id stands in another line too.",
                        "custom_id"));
                }
            }
            catch (RefusedException refused)
            {
                var error = refused.Error;
                problems.Add(new(error.Code, n + 1, error.Message, error.Param));
            }
        }

        if (_lines.Count == 0)
        {
            problems.Add(new("empty_file", null, "The file has no lines.", "input_file_id"));
        }

        return problems;
    }

    private static BatchLine Read(ReadOnlyMemory<byte> text, string? endpoint)
    {
        using var document = StrictJson.Parse(text);
        var root = document.RootElement;
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name is not ("custom_id" or "method" or "url" or "body"))
            {
                var shown = FieldReader.Shown(member.Name);
                throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
                    $"'{shown}' is not known here. Known: custom_id, method, url, body.", shown));
            }
        }

        var id = FieldReader.Text(Member(root, "custom_id"), "custom_id", MaxId);
        var body = Member(root, "body");
        if (endpoint is not null)
        {
            Require(root, body, endpoint);
        }

        return new(id, System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(body).ToArray());
    }

    private static void Require(JsonElement root, JsonElement body, string endpoint)
    {
        if (FieldReader.Text(Member(root, "method"), "method", MaxWord) != "POST")
        {
            throw FieldReader.OutOfRange("method", "POST");
        }

        if (FieldReader.Text(Member(root, "url"), "url", MaxId) != endpoint)
        {
            throw FieldReader.OutOfRange("url", $"the batch's endpoint, {endpoint}");
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            throw FieldReader.WrongType("body", "an object");
        }

        if (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True)
        {
            throw new RefusedException(OpenAiError.Invalid("unsupported_value",
                "A line of a batch is answered whole: leave 'stream' out.", "body.stream"));
        }
    }

    private static JsonElement Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && !FieldReader.IsAbsent(value)
            ? value
            : throw FieldReader.Missing(name);
}

/// <summary>One order of a batch.</summary>
/// <param name="CustomId">Its maker's name for it.</param>
/// <param name="Body">The request's body, JSON.</param>
internal sealed record BatchLine(string CustomId, byte[] Body);

/// <summary>Why a batch cannot be run.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Line">The line at fault, from 1.</param>
/// <param name="Message">For a person.</param>
/// <param name="Param">The member at fault.</param>
internal sealed record BatchError(string Code, int? Line, string Message, string? Param);
