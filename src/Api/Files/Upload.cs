using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Files;

/// <summary>A file as a caller sends it. Names and ranges are of OpenAI's API reference.</summary>
/// <param name="Draft">What it is.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record Upload(FileDraft Draft, ReadOnlyMemory<byte> Content)
{
    /// <summary>The most lines a batch has.</summary>
    public const int MaxLines = 50_000;

    private const int MaxName = 255;
    private const int MaxWord = 64;
    private const long LeastSeconds = 3_600;
    private const long MostSeconds = 2_592_000;
    private const string SecondsField = "expires_after[seconds]";
    private const string AnchorField = "expires_after[anchor]";

    // As OpenAI has it: what a batch reads is not wanted for long.
    private static readonly TimeSpan OfBatches = TimeSpan.FromDays(30);

    /// <exception cref="RefusedException">400 naming the field.</exception>
    public static Upload Read(IReadOnlyList<FormPart> form)
    {
        foreach (var group in form.GroupBy(part => part.Name))
        {
            if (group.Key is not ("file" or "purpose" or AnchorField or SecondsField))
            {
                var shown = FieldReader.Shown(group.Key);
                throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
                    $"'{shown}' is not known here. Known: file, purpose, {AnchorField}, {SecondsField}.", shown));
            }

            if (group.Count() > 1)
            {
                throw new RefusedException(
                    OpenAiError.Invalid("duplicate_key", $"'{group.Key}' stands twice in the form.", group.Key));
            }
        }

        var file = Find(form, "file") ?? throw FieldReader.Missing("file");
        var purpose = TextOf(Find(form, "purpose") ?? throw FieldReader.Missing("purpose"));
        if (!FilePurpose.OfUploads.Contains(purpose))
        {
            throw FieldReader.OutOfRange("purpose", string.Join(", ", FilePurpose.OfUploads));
        }

        if (purpose == FilePurpose.Batch)
        {
            RequireLines(file.Content.Span);
        }

        var lifetime = LifetimeOf(form) ?? (purpose == FilePurpose.Batch ? OfBatches : null);
        return new(new(NameOf(file), purpose, file.Content.Length, lifetime), file.Content);
    }

    private static FormPart? Find(IReadOnlyList<FormPart> form, string name) =>
        form.FirstOrDefault(part => part.Name == name);

    private static string TextOf(FormPart part) => part.Content.Length <= MaxWord && Utf8.IsValid(part.Content.Span)
        ? Encoding.UTF8.GetString(part.Content.Span)
        : throw FieldReader.WrongType(part.Name, $"a text of at most {MaxWord} bytes");

    private static string NameOf(FormPart file) =>
        file.FileName is { Length: > 0 and <= MaxName } name && !name.Any(char.IsControl)
            ? name
            : throw FieldReader.WrongType("file", $"a file with a name of 1 to {MaxName} characters");

    private static TimeSpan? LifetimeOf(IReadOnlyList<FormPart> form)
    {
        var (anchor, seconds) = (Find(form, AnchorField), Find(form, SecondsField));
        if (anchor is null && seconds is null)
        {
            return null;
        }

        if (anchor is null || TextOf(anchor) != "created_at")
        {
            throw FieldReader.OutOfRange(AnchorField, "created_at");
        }

        return long.TryParse(
                TextOf(seconds ?? throw FieldReader.Missing(SecondsField)), NumberStyles.None,
                CultureInfo.InvariantCulture, out var number)
            && number is >= LeastSeconds and <= MostSeconds
            ? TimeSpan.FromSeconds(number)
            : throw FieldReader.OutOfRange(SecondsField, $"a whole number, {LeastSeconds} to {MostSeconds}");
    }

    // What the lines say is read when they are run; that there are such is seen at once.
    private static void RequireLines(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || !Utf8.IsValid(content))
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_value",
                "A file for a batch holds JSON objects in UTF-8, one a line.", "file"));
        }

        var lines = content.Count((byte)'\n') + (content[^1] == '\n' ? 0 : 1);
        if (lines > MaxLines)
        {
            throw new RefusedException(OpenAiError.Invalid("invalid_value",
                $"A batch has at most {MaxLines} lines, this file has {lines}.", "file"));
        }
    }
}
