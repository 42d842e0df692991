using Gateway.Api.Access;
using Gateway.Api.Content;

namespace Gateway.Api.Wiring;

/// <summary>Brings the schemas of keys and of stored content up to date before anything reads them.</summary>
internal sealed class SchemaStart(AccessSchema access, ContentSchema content) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await access.MigrateAsync(cancellationToken);
        await content.MigrateAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
