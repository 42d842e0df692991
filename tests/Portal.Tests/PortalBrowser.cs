using System.Text;
using Gateway.Testing;
using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>The real program on DevNet, and Debian's Chromium before it.</summary>
public sealed class PortalBrowser : IAsyncLifetime
{
    private const float Patience = 60_000;

    private static readonly string[] Flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

    private readonly IEnumerable<string> _args;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>With the settings of a first run.</summary>
    public PortalBrowser()
        : this([])
    {
    }

    internal PortalBrowser(IEnumerable<string> args) => _args = args;

    /// <summary>The program.</summary>
    public GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>Where it writes; made anew unless one is given.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where its pages are.</summary>
    public Uri Root => new((string)Gateway.DevNet["portalUrl"]!);

    /// <summary>The page of a top-up that a test made.</summary>
    public string? TopUp { get; set; }

    /// <summary>Whether a test has silenced its chain.</summary>
    public bool IsChainSilent { get; set; }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Gateway = await GatewayProcess.StartReadyAsync(
            DataDirectory ?? GatewayProcess.NewDataDirectory(), _args);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = Flags,
        });
    }

    /// <summary>A browser of its own, without anybody's cookies.</summary>
    public async Task<IPage> OpenAsync(int width = 1440, ColorScheme scheme = ColorScheme.Light, bool scripts = true)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Root.ToString(),
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = scripts,
            Locale = "en-US",
        });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    /// <summary>Signs in with the login of devnet.json.</summary>
    public Task SignInAsync(IPage page) => SignInAsync(page, "portalLogin", "/overview");

    /// <summary>Signs in with another login of it, and lands on a page.</summary>
    public async Task SignInAsync(IPage page, string login, string landing)
    {
        await page.GotoAsync("/sign-in");
        await page.FillAsync("input[name=email]", (string)Gateway.DevNet[login]!["email"]!);
        await page.FillAsync("input[name=password]", (string)Gateway.DevNet[login]!["password"]!);
        await page.ClickAsync("main button:has-text('Sign in')");
        await page.WaitForURLAsync("**" + landing);
    }

    /// <summary>Asks a model by the API, and returns the address of the page that tells of it.</summary>
    public async Task<string> AskAsync()
    {
        const string body = """{"model":"auto","messages":[{"role":"user","content":"What is 12 * 34?"}]}""";
        using var client = Gateway.CreateClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), content);
        return $"/activity/{answer.Headers.GetValues("x-gateway-receipt").Single()}";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await Gateway.DisposeAsync();
        Directory.Delete(Gateway.DataDirectory, recursive: true);
    }
}
