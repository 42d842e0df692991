using Gateway.Testing;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>Screenshots for people to look at, below artifacts/screenshots.</summary>
internal static class Pictures
{
    public static Task TakeAsync(IPage page, string name) => page.ScreenshotAsync(new()
    {
        Path = Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png"),
        FullPage = true,
    });
}
