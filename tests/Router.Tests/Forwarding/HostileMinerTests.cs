using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

/// <summary>Miners that answer to do harm, each beside a good one.</summary>
public sealed class HostileMinerTests
{
    private const long TenGigabytes = 10L << 30;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_21_What_the_guard_refuses_is_never_dialled()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        var guard = new PortGuard(((IPEndPoint)inside.LocalEndpoint).Port);
        await using var host = await RouterHost.StartAsync(
            new(new Uri($"http://{inside.LocalEndpoint}/v1/"), good.Address) { Guard = guard }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        Assert.StartsWith("Hello", Frames.Text(body), StringComparison.Ordinal);
        Assert.Equal(["connect", ""], (await host.Delivery).Attempts.Select(attempt => attempt.Reason));
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task Attack_23_Headers_without_end_are_cut_off()
    {
        var delivery = await BesideAGoodOneAsync(call =>
        {
            for (var i = 0; i < 400; i++)
            {
                call.Response.Headers[$"x-filler-{i}"] = new string('x', 100);
            }

            return StreamTests.HelloAsync(call);
        });

        Assert.NotEqual("", delivery.Attempts[0].Reason);
    }

    [Fact]
    public async Task Attack_23_A_compressed_answer_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[8 << 20], Ct);
        }

        var delivery = await BesideAGoodOneAsync(async call =>
        {
            call.Response.Headers.ContentEncoding = "gzip";
            call.Response.ContentType = "text/event-stream";
            await call.Response.Body.WriteAsync(packed.ToArray(), call.Gone);
        });

        Assert.NotEqual("", delivery.Attempts[0].Reason);
    }

    [Fact]
    public async Task Attack_23_An_answer_announced_as_ten_gigabytes_is_not_waited_for()
    {
        var delivery = await BesideAGoodOneAsync(
            async call =>
            {
                call.Response.ContentType = "application/json";
                call.Response.ContentLength = TenGigabytes;
                for (var piece = new string(' ', 64 * 1024); ; await Task.Yield())
                {
                    await call.SendAsync(piece);
                }
            }, stream: false);

        Assert.Equal("too_large", delivery.Attempts[0].Reason);
    }

    private static async Task<Delivery> BesideAGoodOneAsync(Func<MinerCall, Task> script, bool stream = true)
    {
        await using var bad = await ScriptedMiner.StartAsync(script, Ct);
        await using var good = await ScriptedMiner.StartAsync(
            call => stream ? StreamTests.HelloAsync(call)
                : call.SendStatusAsync(200, ChatFrames.Whole("Hello", """{"prompt_tokens":1,"completion_tokens":1}""")),
            Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address, good.Address) { Stream = stream }, Ct);
        var (response, body) = await host.AskAsync(Ct);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("Hello", stream ? Frames.Text(body) : body, StringComparison.Ordinal);
        return await host.Delivery;
    }

    private sealed class PortGuard(int refused) : IDialGuard
    {
        public string? Refusal(DnsEndPoint target, IPEndPoint remote) => remote.Port == refused ? "inside" : null;
    }
}
