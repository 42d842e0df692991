using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Bench.Http;

/// <summary>The frame of the servers that stand around the gateway.</summary>
internal static class BenchServer
{
    /// <summary>A builder that logs nothing and watches no file: the default one watches every folder below the one it
    /// starts in, and then whoever writes a file there, as the gateway its journal, pays for it.</summary>
    public static WebApplicationBuilder Create(string url)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        return builder;
    }
}
