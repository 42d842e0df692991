using Gateway.Api.Access;

namespace Gateway.Api.Responses;

/// <summary>The public id of a response: its request's, under a prefix of its own.</summary>
internal static class ResponseId
{
    public static string Of(Guid request) => "resp_" + request.ToString("N");

    public static Guid? Parse(string? text) => ObjectIds.Parse(text, Of);
}
