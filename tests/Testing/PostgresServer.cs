using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Gateway.Testing;

/// <summary>A real PostgreSQL server of our own: a new cluster in a temporary folder on a free loopback port, without
/// fsync, gone when disposed. A machine without PostgreSQL fails the test; it is never skipped.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string SuperUser = "postgres";
    private const string Binaries = "/usr/lib/postgresql";
    private const int StartAttempts = 3;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly string _binaries;
    private int _port;

    [SuppressMessage("Usage", "CA2213", Justification = "Stopping disposes it, and disposing stops.")]
    private Process? _server;

    private PostgresServer(string folder, string binaries) => (_folder, _binaries) = (folder, binaries);

    private string Cluster => Path.Combine(_folder, "cluster");

    /// <summary>Creates a cluster and starts its server; ready when it returns.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or does not start.</exception>
    public static async Task<PostgresServer> CreateAsync(CancellationToken cancellationToken)
    {
        var binaries = FindBinaries();
        var folder = TemporaryFolder.New("gateway-postgres-");
        var server = new PostgresServer(folder, binaries);
        if (Environment.UserName == "root")
        {
            // PostgreSQL refuses to run as root, and its own user must reach the folder.
            await RunAsync("chown", [SuperUser, folder], cancellationToken);
        }

        await RunAsync(server.AsOwner("initdb",
            ["-D", server.Cluster, "-U", SuperUser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]),
            cancellationToken);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Its port on loopback.</summary>
    public int Port => _port;

    /// <summary>How to reach one of its databases; pooled connections of ended tests are not kept.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = IPAddress.Loopback.ToString(),
        Port = _port,
        Username = SuperUser,
        Database = database,
        MaxPoolSize = 40,
    }.ToString();

    /// <summary>Creates a database, empty or as a copy of a template to which nobody is connected.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name, string? template, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(
            $"CREATE DATABASE \"{name}\"" + (template is null ? "" : $" TEMPLATE \"{template}\""));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>Starts the stopped server again, on the same port unless somebody took it meanwhile.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = _port == 0 || attempt > 1 ? FreePort.Next() : _port;
            _server = Start();
            if (await TryConnectAsync(cancellationToken))
            {
                return;
            }

            await StopAsync(cancellationToken);
            if (attempt == StartAttempts)
            {
                throw new InvalidOperationException($"PostgreSQL in {Cluster} does not start.");
            }
        }
    }

    /// <summary>Ends the server at once, as a crash would: every connection breaks.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not { } server)
        {
            return;
        }

        _server = null;
        using (server)
        {
            if (!server.HasExited)
            {
                // SIGQUIT is PostgreSQL's immediate shutdown: it takes its children with it, which SIGKILL would not.
                await RunAsync("kill", ["-QUIT", server.Id.ToString(CultureInfo.InvariantCulture)], cancellationToken);
                await server.WaitForExitAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private static string FindBinaries() =>
        (Directory.Exists(Binaries) ? Directory.GetDirectories(Binaries) : [])
            .Select(version => Path.Combine(version, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "initdb")))
            .OrderByDescending(folder => folder, StringComparer.Ordinal)
            .FirstOrDefault()
        ?? throw new InvalidOperationException(
            $"PostgreSQL is not installed below {Binaries}: run ./test.sh, which installs it.");

    private Process Start() => Process.Start(AsOwner("postgres",
    [
        "-D", Cluster, "-p", _port.ToString(CultureInfo.InvariantCulture),
        "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}",
        "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "log_min_messages=fatal",
    ]))!;

    private async Task<bool> TryConnectAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false;Timeout=2");
        while (started.Elapsed < StartLimit && !_server!.HasExited)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
        }

        return false;
    }

    private ProcessStartInfo AsOwner(string program, string[] arguments)
    {
        var path = Path.Combine(_binaries, program);
        return Environment.UserName == "root"
            ? Quiet("setpriv",
                [$"--reuid={SuperUser}", $"--regid={SuperUser}", "--init-groups", "--", path, .. arguments])
            : Quiet(path, arguments);
    }

    // Its output would mix with the test runner's own, and the folder may be one that the owner cannot enter.
    private ProcessStartInfo Quiet(string program, string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = _folder };
        foreach (var argument in (string[])["-c", "exec \"$@\" >server.log 2>&1", "sh", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(new ProcessStartInfo(program, arguments), cancellationToken);

    private static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}.");
        }
    }
}
