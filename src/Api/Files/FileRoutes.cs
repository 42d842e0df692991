using Gateway.Api.Access;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenAi;
using Gateway.Api.OpenApi;

namespace Gateway.Api.Files;

/// <summary>The routes of files.</summary>
internal static class FileRoutes
{
    private const string Files = FileEndpoints.Path;
    private const string File = Files + "/{id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var files = routes.ServiceProvider.GetRequiredService<FileEndpoints>();
        routes.MapKeptPost(Files, files.UploadAsync, FileEndpoints.MaxBody, KeepWhen.Succeeded)
            .WithMetadata(FormMetadata.Instance)
            .Requires(AccessRule.Account)
            .Describes(new Described("Stores a file", "File", "FileBody", BodyMedia: MultipartForm.MediaType));
        routes.MapGet(Files, (RequestDelegate)files.ListAsync).Requires(AccessRule.Account)
            .Describes("Lists files, newest first", "File[]", query: "after limit order purpose");
        routes.MapGet(File, (RequestDelegate)files.GetAsync).Requires(AccessRule.Account)
            .Describes("Reads what a file is", "File");
        routes.MapGet(File + "/content", (RequestDelegate)files.ContentAsync).Requires(AccessRule.Account)
            .Describes(new Described("Reads a file", "FileContent", Media: "application/octet-stream"));
        routes.MapDelete(File, (RequestDelegate)files.DeleteAsync).Requires(AccessRule.Account)
            .Describes("Deletes a file", "FileDeleted");
    }

    public static IServiceCollection AddFiles(this IServiceCollection services) => services
        .AddSingleton<FileEndpoints>()
        .AddHostedService<FileSweeper>();
}
