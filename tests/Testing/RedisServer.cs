using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.Testing;

/// <summary>A real Redis server of our own: on a free loopback port, in a temporary folder, writing nothing to the
/// disk, ended by its process id. A machine without redis-server fails the test; it is never skipped.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private const int SigKill = 9;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int StartAttempts = 3;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly string _folder = TemporaryFolder.New("gateway-redis-");
    private readonly string _password;

    [SuppressMessage("Usage", "CA2213", Justification = "Killing disposes it, and disposing kills.")]
    private Process? _server;

    private RedisServer(string password) => _password = password;

    /// <summary>Where it listens; stays the same over a restart.</summary>
    public int Port { get; private set; }

    /// <summary>How to reach it.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}" + (_password.Length > 0 ? $",password={_password}" : "");

    /// <summary>Starts a server; ready when it returns.</summary>
    /// <param name="password">What it asks of its clients; empty: nothing.</param>
    /// <exception cref="InvalidOperationException">redis-server is not installed, or does not start.</exception>
    public static async Task<RedisServer> CreateAsync(string password = "")
    {
        var server = new RedisServer(password);
        for (var attempt = 1; attempt <= StartAttempts; attempt++)
        {
            server.Port = FreePort.Next();
            if (await server.TryStartAsync())
            {
                return server;
            }
        }

        await server.DisposeAsync();
        throw new InvalidOperationException("redis-server does not start.");
    }

    /// <summary>Starts the killed server again, empty, on its port.</summary>
    public async Task RestartAsync()
    {
        if (!await TryStartAsync())
        {
            throw new InvalidOperationException($"redis-server does not start again on port {Port}.");
        }
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_server is not { } server)
        {
            return;
        }

        _server = null;
        using (server)
        {
            _ = NativeMethods.Kill(server.Id, SigKill);
            await server.WaitForExitAsync();
        }
    }

    /// <summary>Makes it silent: connections stay, nothing is answered.</summary>
    public void Pause() => _ = NativeMethods.Kill(_server!.Id, SigStop);

    /// <summary>Lets a silent one go on.</summary>
    public void Resume() => _ = NativeMethods.Kill(_server!.Id, SigCont);

    /// <summary>Sends one command and returns what it answers.</summary>
    public async Task<string> SendAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        if (_password.Length > 0)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {_password}\r\n"));
            await reader.ReadLineAsync();
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\n"));
        return await reader.ReadLineAsync() ?? "";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, Program))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{Program} is not installed: run ./test.sh, which installs it.");

    private async Task<bool> TryStartAsync()
    {
        // Its output would mix with the test runner's own.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = _folder };
        foreach (var argument in (string[])
            [
                "-c", "exec \"$@\" >server.log 2>&1", "sh", Find(),
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "no", "--dir", _folder,
                .. _password.Length > 0 ? (string[])["--requirepass", _password] : [],
            ])
        {
            start.ArgumentList.Add(argument);
        }

        _server = Process.Start(start)!;
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < StartLimit && !_server.HasExited)
        {
            try
            {
                if (await SendAsync("PING") == "+PONG")
                {
                    return true;
                }
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }

        await KillAsync();
        return false;
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int pid, int signal);
    }
}
