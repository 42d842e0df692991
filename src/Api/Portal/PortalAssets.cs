using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using Gateway.Api.Access;

namespace Gateway.Api.Portal;

/// <summary>The portal's own style sheet, scripts and icon, kept in the executable. Their address holds a part of their
/// hash, so that browsers may keep them for ever and never keep an old one.</summary>
internal static class PortalAssets
{
    private const string Folder = "/assets/";
    private const string Prefix = "portal.assets.";
    private const int HashLetters = 12;

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Asset> All = typeof(PortalAssets).Assembly
        .GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => Load(name[Prefix.Length..]))
        .ToFrozenDictionary(asset => asset.Name);

    /// <summary>The address of an asset.</summary>
    [SuppressMessage("Design", "CA1055", Justification = "It goes into markup as text.")]
    public static string UrlOf(string name) => All[name].Url;

    /// <summary>How many bytes of it go over the wire.</summary>
    public static int SizeOf(string name) => All[name].Compressed.Length;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Folder + "{hash}/{name}", (RequestDelegate)ServeAsync).Requires(AccessRule.Public)
            .WithMetadata(PortalMark.Instance);
        routes.MapGet("/favicon.ico", (RequestDelegate)(context => WriteAsync(context, All["icon.svg"])))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);
    }

    private static Task ServeAsync(HttpContext context)
    {
        var name = (string?)context.Request.RouteValues["name"] ?? "";
        if (!All.TryGetValue(name, out var asset))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return WriteAsync(context, asset);
    }

    private static async Task WriteAsync(HttpContext context, Asset asset)
    {
        var compress = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        var bytes = compress ? asset.Compressed : asset.Plain;
        var headers = context.Response.Headers;
        headers.ContentType = asset.Type;
        headers.Vary = "accept-encoding";
        if (compress)
        {
            headers.ContentEncoding = "br";
        }

        headers.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static Asset Load(string name)
    {
        using var stream = typeof(PortalAssets).Assembly.GetManifestResourceStream(Prefix + name)!;
        var plain = new byte[stream.Length];
        stream.ReadExactly(plain);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize))
        {
            brotli.Write(plain);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..HashLetters];
        return new(name, $"{Folder}{hash}/{name}", Types[Path.GetExtension(name)], plain, packed.ToArray());
    }

    private sealed record Asset(string Name, string Url, string Type, byte[] Plain, byte[] Compressed);
}
