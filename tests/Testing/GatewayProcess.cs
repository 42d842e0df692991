using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Testing;

/// <summary>The real executable in its own process, as a user starts it: own port, own data directory, stopped by its
/// process id.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(75);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private GatewayProcess(Process process, string dataDirectory)
    {
        _process = process;
        DataDirectory = dataDirectory;
    }

    /// <summary>Where it writes.</summary>
    public string DataDirectory { get; }

    /// <summary>devnet.json as it was written.</summary>
    public JsonObject DevNet { get; private set; } = [];

    /// <summary>The API's base address, ending in /v1.</summary>
    public Uri BaseUrl => new((string)DevNet["baseUrl"]!);

    /// <summary>The demo organisation's key.</summary>
    public string ApiKey => (string)DevNet["apiKey"]!;

    /// <summary>The key that manages it.</summary>
    public string AdminKey => (string)DevNet["adminKey"]!;

    /// <summary>All of standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>All of standard error so far.</summary>
    public string Errors => Text(_errors);

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the executable without waiting for anything.</summary>
    public static GatewayProcess Start(string dataDirectory, params IEnumerable<string> args) =>
        StartWith([], dataDirectory, args);

    /// <summary>Starts a server on a free port and waits until it says that it is ready.</summary>
    public static Task<GatewayProcess> StartReadyAsync(string dataDirectory, params IEnumerable<string> args) =>
        StartReadyAsync(new Dictionary<string, string>(), dataDirectory, args);

    /// <summary>The same with more in its environment.</summary>
    public static async Task<GatewayProcess> StartReadyAsync(
        IReadOnlyDictionary<string, string> environment, string dataDirectory, IEnumerable<string> args)
    {
        var gateway = StartWith(
            environment, dataDirectory, [.. args, "--urls", $"http://127.0.0.1:{FreePort.Next()}"]);
        try
        {
            await gateway.WaitUntilReadyAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new folder for one test's data.</summary>
    public static string NewDataDirectory() => TemporaryFolder.New("gateway-test-");

    /// <summary>A client that sends the demo key.</summary>
    public HttpClient CreateClient()
    {
#pragma warning disable RS0030 // A test's client talks to one loopback server and dies with the test.
        var root = new Uri(BaseUrl.GetLeftPart(UriPartial.Authority));
        var client = new HttpClient { BaseAddress = root, Timeout = StartLimit };
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
        return client;
    }

    /// <summary>Waits until the process has ended by itself; returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken ct = default)
    {
        await _process.WaitForExitAsync(ct).WaitAsync(StopLimit, ct);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, as an orchestrator does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signal(SigTerm);
        return await WaitForExitAsync();
    }

    /// <summary>Sends a signal to this process alone.</summary>
    public void Signal(int signal) => _ = NativeMethods.Kill(_process.Id, signal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static GatewayProcess StartWith(
        IEnumerable<KeyValuePair<string, string>> environment, string dataDirectory, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
            ArgumentList = { "exec", Executable() },
        };
        foreach (var arg in args.Append($"--Gateway:DataDirectory={dataDirectory}"))
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var gateway = new GatewayProcess(new Process { StartInfo = start }, dataDirectory);
        gateway._process.OutputDataReceived += (_, line) => Append(gateway._output, line.Data);
        gateway._process.ErrorDataReceived += (_, line) => Append(gateway._errors, line.Data);
        gateway._process.Start();
        gateway._process.BeginOutputReadLine();
        gateway._process.BeginErrorReadLine();
        return gateway;
    }

    private async Task WaitUntilReadyAsync()
    {
        var file = Path.Combine(DataDirectory, "devnet.json");
        var waited = Stopwatch.StartNew();
        while (!Output.Contains("curl -N", StringComparison.Ordinal))
        {
            if (_process.HasExited || waited.Elapsed > StartLimit)
            {
                throw new InvalidOperationException($"The gateway did not start.\n{Output}\n{Errors}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        DevNet = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
    }

    /// <summary>The Api's own build output, beside the test's: artifacts/bin/X.Tests/release ->
    /// artifacts/bin/Api/release.</summary>
    private static string Executable()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(here.Parent!.Parent!.FullName, "Api", here.Name, "Gateway.Api.dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException("Build src/Api first: dotnet build Gateway.sln.", path);
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int pid, int signal);
    }
}
