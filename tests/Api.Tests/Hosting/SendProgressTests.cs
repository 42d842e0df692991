using System.Net;
using System.Net.Sockets;
using Gateway.Api.Hosting;
using Gateway.Router;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.Api.Tests.Hosting;

public sealed class SendProgressTests
{
    private static readonly byte[] Piece = new byte[1024];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_written_is_with_the_kernel_when_it_says_so()
    {
        var told = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await ServeAsync(async context =>
        {
            for (var piece = 0; piece < 20; piece++)
            {
                await context.Response.BodyWriter.WriteAsync(Piece, Token);
            }

            told.SetResult(await context.Features.Get<ISendProgress>()!.WaitAsync(Token));
            await context.Response.CompleteAsync();
        });
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await AskAsync(client, app);

        // Nobody has read yet: the kernel has it all the same.
        Assert.True(await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token));
        Assert.InRange(await ReadToEndAsync(client), 20 * Piece.Length, (20 * Piece.Length) + 2048);
    }

    [Fact]
    public async Task For_a_reader_who_takes_nothing_it_gives_up_soon()
    {
        var told = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await ServeAsync(async context =>
        {
            for (var isTaken = true; isTaken;)
            {
                var writing = context.Response.BodyWriter.WriteAsync(Piece, Token).AsTask();
                var full = Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Token);
                isTaken = await Task.WhenAny(writing, full) == writing;
            }

            told.SetResult(await context.Features.Get<ISendProgress>()!.WaitAsync(Token));
            context.Abort();
        });
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await AskAsync(client, app);

        Assert.False(await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token));
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.ConfigureEndpointDefaults(
            listen => listen.Use(SendProgress.Count)));
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
        app.Run(answer);
        await app.StartAsync(Token);
        return app;
    }

    private static async Task AskAsync(Socket client, WebApplication app)
    {
        await client.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port, Token);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), Token);
    }

    private static async Task<int> ReadToEndAsync(Socket client)
    {
        var (buffer, sum) = (new byte[4096], 0);
        while (await client.ReceiveAsync(buffer, Token) is > 0 and var read)
        {
            sum += read;
        }

        return sum;
    }
}
