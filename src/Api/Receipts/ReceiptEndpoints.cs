using System.Buffers.Text;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Receipts;

/// <summary>GET /v1/receipts/{id}, and the keys that verify one.</summary>
internal sealed class ReceiptEndpoints(Statements statements, RouteBoard board, NSecReceiptSigner signer)
{
    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var text = (string?)context.Request.RouteValues["id"];
        var receipt = RequestId.TryParse(text, out var id)
            ? await statements.ReceiptAsync(context.Caller().Org, id, context.RequestAborted)
            : null;
        if (receipt is not { } json)
        {
            throw new RefusedException(OpenAiError.NotFound("not_found",
                "Your organisation has no receipt with this id. A request has one as soon as its answer has ended."));
        }

        await WriteAsync(context, json);
    }

    /// <summary>GET /v1/receipts/{id}/route: why its experts were asked.</summary>
    public async Task RouteAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var route = RequestId.TryParse((string?)context.Request.RouteValues["id"], out var id)
            ? await board.RouteAsync(id, context.Caller().Org.Value, context.RequestAborted)
            : null;
        await WriteAsync(context, route ?? throw new RefusedException(OpenAiError.NotFound("not_found",
            "Your organisation has no route with this id. The last requests have one, and older ones where it was "
            + "kept: at most 30 days.")));
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>JSON Web Keys of type OKP (RFC 8037).</summary>
    public Task KeysAsync(HttpContext context) => JsonAnswer.WriteAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        writer.WriteStartObject();
        writer.WriteString("kty"u8, "OKP"u8);
        writer.WriteString("crv"u8, "Ed25519"u8);
        writer.WriteString("use"u8, "sig"u8);
        writer.WriteString("kid"u8, signer.KeyId);
        writer.WriteString("x"u8, Base64Url.EncodeToString(signer.PublicKey));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
