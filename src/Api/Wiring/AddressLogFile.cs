using System.Globalization;
using System.Text;
using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>Given addresses in a file of the data directory, a line each: parent, place, organisation. It is only ever
/// appended to; a line that a crash cut off was shown to nobody.</summary>
internal sealed class AddressLogFile(DataDirectory directory) : IAddressLog
{
    /// <summary>Its name: a backup of the books must never bring an older one back.</summary>
    public const string Name = "deposit-addresses";

    private readonly string _path = directory.PathOf(Name);

    /// <exception cref="StartRefusedException">A line does not read.</exception>
    public IReadOnlyList<GivenAddress> Read()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        var text = File.ReadAllText(_path, Encoding.UTF8);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        if (whole.Length < text.Length)
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Write);
            file.SetLength(Encoding.UTF8.GetByteCount(whole));
            file.Flush(flushToDisk: true);
        }

        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    public void Add(IReadOnlyList<GivenAddress> given)
    {
        var lines = new StringBuilder();
        foreach (var one in given)
        {
            _ = lines.Append(CultureInfo.InvariantCulture, $"{one.Parent} {one.Place} {one.Org}\n");
        }

        using var file = File.Exists(_path)
            ? new FileStream(_path, FileMode.Append, FileAccess.Write)
            : OwnerOnly.CreateFile(_path);
        var before = file.Length;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A part of a line would swallow the next one.
            file.SetLength(before);
            throw;
        }
    }

    private GivenAddress Parse(string line, int index) =>
        line.Split(' ') is [var parent, var place, var org]
        && long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && OrgId.TryParse(org, out var id)
            ? new(parent, number, id)
            : throw new StartRefusedException(string.Create(
                CultureInfo.InvariantCulture, $"{_path}, line {index + 1}, is no deposit address."));
}
