using Gateway.Billing.Tests.Kit;
using Gateway.Testing;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Gateway.Billing.Tests.Kit;

/// <summary>One server for all classes of this assembly.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    internal PostgresServer Server => _server!;

    public async ValueTask InitializeAsync() =>
        _server = await PostgresServer.CreateAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
