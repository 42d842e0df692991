using System.Text.Json;
using Gateway.Core;
using Gateway.Router.Metering;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>A whole answer, all of it held back until it is settled.</summary>
internal sealed class WholeEnd(ChatCall call, IWholeBody answer, AnswerHead head, Metered metered, string? reason)
    : AnswerEnd
{
    // What a caller must take within the time of one stall.
    private const int PieceSize = 64 * 1024;

    private readonly PooledBuffer _body = new();
    private string _cost = "";

    public override void Dispose()
    {
        _body.Dispose();
        answer.Dispose();
    }

    internal override byte[] Seal(Charge charge)
    {
        _cost = charge.Total.ToUsd();
        Whole = answer.Raw is { } raw ? raw.Body : Print(charge);
        call.Client.Commit(Whole.Span);
        return call.Client.Commitment();
    }

    internal override async ValueTask SendAsync(CallerWatch watch, CancellationToken ct)
    {
        var response = call.Context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = answer.Raw?.MediaType ?? "application/json";
        response.ContentLength = Whole.Length;
        response.Headers["x-gateway-cost"] = _cost;
        AnswerHeaders.Set(response, call.Clock, head.Served);
        for (var rest = Whole; rest.Length > 0;)
        {
            var piece = rest[..Math.Min(rest.Length, PieceSize)];
            await watch.WatchAsync(response.Body.WriteAsync(piece, ct));
            call.Client.Pieces.Count(piece.Length);
            rest = rest[piece.Length..];
        }
    }

    private ReadOnlyMemory<byte> Print(Charge charge)
    {
        var ending = new Ending(head, metered, charge, reason, OverheadMicros: null)
        {
            Calls = call.Calls,
            Route = call.Route,
            Notes = answer.Notes,
        };
        using (var writer = new Utf8JsonWriter(_body, ChunkFrames.WriterOptions))
        {
            writer.WriteStartObject();
            answer.Write(writer, head);
            ending.Write(writer);
            writer.WriteEndObject();
        }

        return call.Chat.Printer.PrintWhole(_body.WrittenMemory);
    }
}
