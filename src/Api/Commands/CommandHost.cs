using Gateway.Api.Access;
using Gateway.Api.Content;
using Gateway.Api.Hosting;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Router;

namespace Gateway.Api.Commands;

/// <summary>The services a command needs, with nothing started.</summary>
internal sealed class CommandHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly DataDirectory _directory;

    private CommandHost(ServiceProvider services, GatewaySettings settings, DataDirectory directory)
    {
        _services = services;
        Settings = settings;
        _directory = directory;
    }

    public GatewaySettings Settings { get; }

    /// <summary>Reads the settings as the server would. SQLite has one owner at a time, so a command takes its lock;
    /// beside a server on PostgreSQL a command may run.</summary>
    public static CommandHost Create(string[] args)
    {
        var builder = GatewayBuilder.Create(args, out var settings);
        var directory = settings.UsesPostgres
            ? DataDirectory.Open(settings.DataDirectory)
            : DataDirectory.Lock(settings.DataDirectory);
        var services = builder.Services
            .AddSingleton(settings)
            .AddSingleton(_ => directory)
            .AddSingleton(TimeProvider.System)
            .AddAccess(settings)
            .AddContent(settings)
            .AddBilling(builder.Configuration)
            .AddRouterStore(builder.Configuration)
            .AddWiring(settings)
            .BuildServiceProvider();
        return new(services, settings, directory);
    }

    public IServiceProvider Services => _services;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _directory.Dispose();
    }
}
