using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Gateway.Api.Organization;

/// <summary>A page of its own: no script, no address it loads anything from. Every text that goes into it is
/// encoded.</summary>
internal sealed class Html
{
    private const string Style = """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2.5rem 2rem; max-width: 60rem; background: #fff; color: #1a1d21;
          font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
        header { display: flex; justify-content: space-between; gap: 2rem; align-items: flex-start;
          border-bottom: 2px solid #1a1d21; padding-bottom: 1.25rem; }
        header p { margin: 0; }
        h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; }
        h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; break-after: avoid; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 1.25rem 0 0; }
        dt { color: #4d5560; }
        dd { margin: 0; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; }
        th { text-align: left; font-weight: 600; color: #4d5560; border-bottom: 1px solid #8b939e; }
        th, td { padding: .35rem .75rem .35rem 0; vertical-align: top; }
        td { border-bottom: 1px solid #e2e5e9; overflow-wrap: anywhere; }
        tr { break-inside: avoid; }
        thead { display: table-header-group; }
        .day { white-space: nowrap; }
        .wide { overflow-x: auto; }
        .wide table { min-width: 44rem; }
        .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        th:last-child, td:last-child { padding-right: 0; }
        .sum td { border-bottom: 0; border-top: 1px solid #1a1d21; font-weight: 600; }
        .side { text-align: right; }
        .id { font-size: .85em; color: #4d5560; overflow-wrap: anywhere; }
        .state { display: inline-block; margin-top: .5rem; padding: .1rem .6rem; border: 1px solid #8a5a00;
          border-radius: .25rem; color: #7a4f00; }
        .none { color: #4d5560; margin: 0; }
        footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid #e2e5e9; color: #4d5560;
          font-size: .85rem; }
        footer p { margin: 0 0 .35rem; }
        @page { size: A4; margin: 16mm; }
        @media print {
          body { padding: 0; max-width: none; font-size: 9.5pt; }
          .wide { overflow: visible; }
          .wide table { min-width: 0; }
          a { color: inherit; }
        }
        """;

    private readonly StringBuilder _text = new();

    /// <summary>Lets the page have its own style sheet and nothing else.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Hash(Style)}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>A text of anybody's as HTML; its direction ends with it.</summary>
    public static string Text(string text) => $"<bdi>{HtmlEncoder.Default.Encode(text)}</bdi>";

    /// <summary>Adds markup of our own; texts in it went through <see cref="Text"/>.</summary>
    public Html Add(string markup)
    {
        _text.Append(markup).Append('\n');
        return this;
    }

    /// <summary>A table. A column whose name ends in <c>#</c> holds numbers.</summary>
    public Html Table(string[] columns, IEnumerable<string[]> rows, string[]? sum = null)
    {
        var isNumber = columns.Select(column => column.EndsWith('#')).ToArray();

        // A table that is wider than a small screen scrolls by itself, by keys too.
        Add($"<div{(columns.Length > 2 ? " class=\"wide\" tabindex=\"0\"" : "")}><table><thead>");
        Row(columns.Select(column => column.TrimEnd('#')).ToArray(), "th scope=\"col\"", "");
        Add("</thead><tbody>");
        foreach (var row in rows)
        {
            Row(row, "td", "");
        }

        if (sum is not null)
        {
            Row(sum, "td", " class=\"sum\"");
        }

        return Add("</tbody></table></div>");

        void Row(string[] cells, string tag, string kind) => Add($"<tr{kind}>"
            + string.Concat(cells.Select((cell, i) => $"<{tag}{Kind(isNumber[i])}>{cell}</{tag[..2]}>"))
            + "</tr>");
    }

    private static string Kind(bool isNumber) => isNumber ? " class=\"n\"" : "";

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The whole page.</summary>
    public string Page(string title) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{HtmlEncoder.Default.Encode(title)}</title>
        <style>{Style}</style>
        </head>
        <body>
        {_text}</body>
        </html>

        """;
}
