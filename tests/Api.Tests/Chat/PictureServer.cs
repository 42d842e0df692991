using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Api.Chat;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Api.Tests.Chat;

/// <summary>A server with TLS under a name and a root of its own; its paths say what it does.</summary>
internal sealed class PictureServer : IAsyncDisposable
{
    internal const string Host = "pictures.test";

    private readonly ConcurrentQueue<string> _asked = new();
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private PictureServer(WebApplication app, X509Certificate2 certificate) =>
        (_app, _certificate) = (app, certificate);

    /// <summary>A picture of 640 by 480, as far as its first bytes say.</summary>
    internal static byte[] Png { get; } = PngOf(640, 480);

    internal IReadOnlyCollection<string> Asked => _asked;

    internal X509Certificate2Collection Roots => [_certificate];

    internal int Port => new Uri(_app.Urls.First()).Port;

    internal static async Task<PictureServer> StartAsync()
    {
        var certificate = CertificateOf(Host);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        var server = new PictureServer(app, certificate);
        app.Run(server.ServeAsync);
        await app.StartAsync(CancellationToken.None);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    internal string Address(string path) => $"https://{Host}:{Port}/{path}";

    internal static byte[] PngOf(int width, int height)
    {
        var file = new byte[64];
        file[0] = 0x89;
        "PNG\r\n\u001a\n"u8.CopyTo(file.AsSpan(1));
        file[11] = 13;
        "IHDR"u8.CopyTo(file.AsSpan(12));
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }

    private static X509Certificate2 CertificateOf(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));

        // With its key as a file has it, which is the only form that a server takes on every system.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private Task ServeAsync(HttpContext context)
    {
        _asked.Enqueue(context.Request.Path);
        switch ((string)context.Request.Path!)
        {
            case "/png":
                return SendAsync(context, Png);
            case "/huge":
                return SendAsync(context, PngOf(50_000, 50_000));
            case "/long":
                return SendAsync(context, new byte[MediaReader.MaxImageBytes + 1]);
            case "/page":
                context.Response.ContentType = "image/png";
                return SendAsync(context, "<html>"u8.ToArray());
            case "/moved":
                context.Response.Redirect("/png");
                return Task.CompletedTask;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private static Task SendAsync(HttpContext context, byte[] file) =>
        context.Response.Body.WriteAsync(file, context.RequestAborted).AsTask();
}
