using Gateway.Api.Hosting;
using Gateway.Testing;

namespace Gateway.Api.Tests.Hosting;

public sealed class SettingsDocsTests
{
    [Fact]
    public void Every_setting_stands_in_the_documentation_in_the_part_it_belongs_to()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings.md"));
        var planned = page.IndexOf("## Planned", StringComparison.Ordinal);
        foreach (var setting in SettingsTable.All)
        {
            // A list is one row of the page; a row may go on with the names that share its beginning.
            var key = setting.Key.Split(":{n}")[0];
            var group = key.Split(':')[0];
            var part = setting.HasEffect ? page[..planned] : page[planned..];
            Assert.True(
                part.Contains($"`Gateway:{key}", StringComparison.Ordinal)
                || part.Split('\n').Any(row => row.Contains($"`Gateway:{group}:", StringComparison.Ordinal)
                    && row.Contains($"`:{key[(group.Length + 1)..]}`", StringComparison.Ordinal))
                || (group == "Pricing" && part.Contains("`Gateway:Pricing:", StringComparison.Ordinal)),
                $"docs/settings.md does not name Gateway:{setting.Key}");
        }
    }
}
