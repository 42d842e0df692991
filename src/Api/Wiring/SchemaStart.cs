using Gateway.Api.Access;

namespace Gateway.Api.Wiring;

/// <summary>Brings the schema of keys up to date before anything reads it.</summary>
internal sealed class SchemaStart(AccessSchema schema) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => schema.MigrateAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
