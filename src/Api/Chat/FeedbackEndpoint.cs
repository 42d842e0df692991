using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>POST /v1/feedback: what a caller thinks of an answer of his. The last rating of a request counts.</summary>
internal sealed class FeedbackEndpoint(RouteBoard board, BodyBudget budget)
{
    public const string Path = "/v1/feedback";

    public const int MaxBody = 16 * 1024;

    private const int MaxComment = 2000;
    private const int MaxIdLength = 64;

    public async Task PostAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, budget, MaxBody);
        using var document = StrictJson.Parse(body.Bytes);
        var root = document.RootElement;
        RefuseOthers(root);
        var (request, rating, comment) = (ReadRequest(root), ReadRating(root), ReadComment(root));
        var rated = await board.RateAsync(
            request, context.Caller().Org.Value, rating, comment, context.RequestAborted);
        if (rated == Rated.UnknownRequest)
        {
            throw new RefusedException(OpenAiError.NotFound("not_found",
                "Your organisation has no rated request with this id. Rate an answer within 30 days; its id is in the "
                + "header x-request-id.", "request_id"));
        }

        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "feedback"u8);
            writer.WriteString("request_id"u8, request.ToString());
            writer.WriteNumber("rating"u8, rating);
            writer.WriteBoolean("learned"u8, rated == Rated.Learned);
            writer.WriteEndObject();
        });
    }

    private static void RefuseOthers(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name is not ("request_id" or "rating" or "comment"))
            {
                var name = FieldReader.Shown(member.Name);
                throw new RefusedException(OpenAiError.Invalid("unknown_parameter",
                    $"'{name}' is not known here. Known: request_id, rating, comment.", name));
            }
        }
    }

    private static RequestId ReadRequest(JsonElement root) =>
        RequestId.TryParse(FieldReader.Text(Require(root, "request_id"), "request_id", MaxIdLength), out var id)
            ? id
            : throw FieldReader.OutOfRange("request_id", "the id in the header x-request-id, such as req_...");

    private static double ReadRating(JsonElement root)
    {
        var rating = Require(root, "rating");
        FieldReader.CheckNumber(rating, "rating", -1, 1);
        return rating.GetDouble();
    }

    private static string? ReadComment(JsonElement root) =>
        root.TryGetProperty("comment", out var comment) && !FieldReader.IsAbsent(comment)
            ? FieldReader.Text(comment, "comment", MaxComment)
            : null;

    private static JsonElement Require(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && !FieldReader.IsAbsent(value)
            ? value
            : throw FieldReader.Missing(name);
}
