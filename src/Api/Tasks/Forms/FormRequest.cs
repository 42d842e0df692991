using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Tasks.Forms;

/// <summary>A request in a form, being read: what concerns the gateway is read as chat reads it, what concerns the
/// expert is written into a form of its own, with names of our own for its files.</summary>
internal sealed class FormRequest : IDisposable
{
    private const int MaxText = 32 * 1024;
    private const int MaxUnknown = 1024;
    private const int BoundaryBytes = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly FrozenSet<string> Common =
        new[] { "model", "user", "routing", "max_cost" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly Translation _common = new();

    /// <param name="request">For its headers.</param>
    public FormRequest(HttpRequest request)
    {
        Request = request;
        Span<byte> random = stackalloc byte[BoundaryBytes];
        SecureRandom.Fill(random);
        Boundary = "form-" + Convert.ToHexStringLower(random);
    }

    /// <summary>The request it was read from.</summary>
    public HttpRequest Request { get; }

    /// <summary>What parts the expert's form; random, so that no file can hold it.</summary>
    public string Boundary { get; }

    public void Dispose() => _common.Dispose();

    /// <summary>Reads every part: by <paramref name="read"/> those of the endpoint, by chat's rules those that all
    /// endpoints have; other fields go to the expert, other files are refused.</summary>
    /// <param name="parts">The form.</param>
    /// <param name="known">The endpoint's own names.</param>
    /// <param name="read">Reads a part of a known name.</param>
    public void ReadAll(IReadOnlyList<FormPart> parts, FrozenSet<string> known, Action<FormPart> read)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            if (!seen.Add(part.Name) && !part.Name.EndsWith("[]", StringComparison.Ordinal) && part.Name != "image")
            {
                throw new RefusedException(OpenAiError.Invalid(
                    "duplicate_key", $"'{part.Name}' stands twice.", part.Name));
            }

            if (known.TryGetValue(part.Name, out var exact) && exact == part.Name)
            {
                read(part);
            }
            else if (Common.TryGetValue(part.Name, out var common) && common == part.Name)
            {
                ReadCommon(part);
            }
            else
            {
                Pass(part, known);
            }
        }
    }

    /// <summary>A field's text.</summary>
    public static string Text(FormPart part, int maxLength = MaxText)
    {
        if (part.IsFile)
        {
            throw FieldReader.WrongType(part.Name, "a field and no file");
        }

        try
        {
            var text = Utf8.GetString(part.Content.Span);
            return text.Length <= maxLength
                ? text
                : throw FieldReader.OutOfRange(part.Name, $"at most {maxLength} characters");
        }
        catch (DecoderFallbackException)
        {
            throw FieldReader.WrongType(part.Name, "text in UTF-8");
        }
    }

    /// <summary>One of some words.</summary>
    public static string Choice(FormPart part, params ReadOnlySpan<string> words)
    {
        var text = Text(part);
        return words.Contains(text) ? text : throw FieldReader.OutOfRange(part.Name, string.Join(", ", words!));
    }

    public static bool Flag(FormPart part) => Choice(part, "true", "false") == "true";

    /// <summary>A whole number.</summary>
    public static int Integer(FormPart part, int least, int most) =>
        int.TryParse(Text(part), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least && number <= most
            ? number
            : throw FieldReader.OutOfRange(part.Name, $"a whole number, {least} to {most}");

    /// <summary>Checks a number that only the expert uses.</summary>
    public static void CheckNumber(FormPart part, double least, double most)
    {
        if (!Utf8Parser.TryParse(part.Content.Span, out double number, out var read) || read != part.Content.Length
            || !(number >= least && number <= most))
        {
            throw FieldReader.OutOfRange(part.Name, FormattableString.Invariant($"a number, {least} to {most}"));
        }
    }

    /// <summary>Adds a field to the expert's form.</summary>
    public void Add(string name, string text) => Add($"name=\"{name}\"", type: null, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a file, under a name and a type of ours.</summary>
    public void AddFile(string name, string fileName, string type, ReadOnlySpan<byte> bytes) =>
        Add($"name=\"{name}\"; filename=\"{fileName}\"", type, bytes);

    /// <summary>Names a field that has no effect here.</summary>
    public void Ignore(string name) => _common.Ignore(name);

    /// <summary>The order for the pipeline.</summary>
    public ChatOrder Finish(TaskOrder order, BodyBudget budget) =>
        order.Finish(_common, Request, budget, _body.WrittenMemory);

    // The routing object stands in a form as JSON.
    private void ReadCommon(FormPart part)
    {
        var text = Text(part);
        if (part.Name != "routing")
        {
            _common.Writer.WriteString(part.Name, text);
            return;
        }

        using var json = StrictJson.Parse(part.Content);
        _common.Copy(part.Name, json.RootElement);
    }

    private void Pass(FormPart part, FrozenSet<string> known)
    {
        if (FieldReader.IsLookalike(part.Name, known) || FieldReader.IsLookalike(part.Name, Common))
        {
            throw FieldReader.Lookalike(part.Name, "");
        }

        if (part.IsFile)
        {
            throw FieldReader.Unsupported(part.Name, $"'{part.Name}' is not a file of this endpoint.");
        }

        var text = Text(part, MaxUnknown);
        using var value = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(text));
        _common.PassUnknown(part.Name, value.RootElement);
        Add(part.Name, text);
    }

    private void Add(string disposition, string? type, ReadOnlySpan<byte> content)
    {
        var head = $"--{Boundary}\r\nContent-Disposition: form-data; {disposition}\r\n"
            + (type is null ? "\r\n" : $"Content-Type: {type}\r\n\r\n");
        _body.Write(Encoding.ASCII.GetBytes(head));
        _body.Write(content);
        _body.Write("\r\n"u8);
    }
}
