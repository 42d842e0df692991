using System.Text;

namespace Gateway.Api.Organization;

/// <summary>Comma separated values by RFC 4180: lines end in CRLF, a field with a comma, quote or line break stands in
/// quotes, quotes inside are doubled. A field that a spreadsheet would take for a formula gets an apostrophe in front
/// (OWASP, CSV injection): names in it come from strangers.</summary>
internal sealed class CsvWriter(Stream stream) : IAsyncDisposable
{
    private const string LineEnd = "\r\n";
    private const string FormulaStarts = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";
    private const int BufferSize = 16 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly StreamWriter _writer = new(stream, Utf8, BufferSize, leaveOpen: true);

    /// <summary>Writes a line.</summary>
    public Task WriteAsync(IEnumerable<string> fields) =>
        _writer.WriteAsync(string.Join(',', fields.Select(Escape)) + LineEnd);

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static string Escape(string field)
    {
        var text = IsFormula(field) ? "'" + field : field;
        return text.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }

    private static bool IsFormula(string field) =>
        field.Length > 0 && FormulaStarts.Contains(field[0], StringComparison.Ordinal);
}
