using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Content;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;
using Gateway.Core;

namespace Gateway.Api.Responses;

/// <summary>Finds the conversation that a request goes on with, and stores its answer before it is charged: only when
/// the request says <c>store: true</c> and its project may.</summary>
internal sealed class ResponseMemory(ResponseStore store, ResponseRoom room)
{
    private const string PreviousField = "previous_response_id";
    private const int MaxId = 64;

    // Beyond it a conversation is sent whole, or started anew.
    private const int MaxTurns = 256;
    private const int MaxBytes = ChatEndpoint.MaxBody;

    /// <summary>Leaves with a request what stored responses have to do with it.</summary>
    /// <exception cref="RefusedException">404: there is no such response; 400: its conversation is too
    /// long.</exception>
    /// <param name="context">The request.</param>
    /// <param name="body">What it says.</param>
    /// <param name="isAnswered">Whether it is answered by a response, which can be stored.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The response lets go of the room it takes.")]
    public async Task RememberAsync(HttpContext context, ReadOnlyMemory<byte> body, bool isAnswered)
    {
        // Most requests name neither: they are not parsed twice.
        if (body.Span.IndexOf("\"store\""u8) < 0 && body.Span.IndexOf("\"previous_response_id\""u8) < 0)
        {
            return;
        }

        using var document = StrictJson.Parse(body);
        var root = document.RootElement;
        var caller = context.Caller();
        var previous = root.TryGetProperty(PreviousField, out var named) && !FieldReader.IsAbsent(named)
            ? FieldReader.Text(named, PreviousField, MaxId)
            : null;
        var turns = previous is null
            ? []
            : await TurnsAsync(ContentOwner.Of(caller), previous, context.RequestAborted);

        // A line of a batch is kept by its batch.
        var wantsStore = isAnswered
            && root.TryGetProperty("store", out var wish) && wish.ValueKind == JsonValueKind.True
            && caller.MayStore && context.Features.Get<IAnswerKeeper>() is null;
        if (wantsStore)
        {
            context.Response.RegisterForDispose(
                await room.TakeAsync(caller.Org.Value, body.Length, context.RequestAborted)
                ?? throw Full(room.Quota));
        }

        var state = new ResponseState
        {
            Previous = previous is null ? null : ResponseId.Parse(previous),
            Turns = turns,
            IsStored = wantsStore,
        };
        context.Features.Set(state);
        if (wantsStore && root.TryGetProperty("input", out var input)
            && input.ValueKind is JsonValueKind.String or JsonValueKind.Array)
        {
            context.Features.Set<IAnswerKeeper>(new Keeper(store, ContentOwner.Of(caller), state, input.Clone()));
        }
    }

    private async Task<List<JsonElement>> TurnsAsync(ContentOwner owner, string previous, CancellationToken ct)
    {
        var (turns, bytes) = (new List<JsonElement>(), 0L);
        for (var id = ResponseId.Parse(previous); ;)
        {
            var found = id is { } known ? await store.FindAsync(owner, known, ct) : null;
            if (found is null)
            {
                throw new RefusedException(OpenAiError.NotFound("not_found", turns.Count == 0
                    ? "There is no such response: it was not stored, has expired or was deleted."
                    : "A response before it in the conversation has expired or was deleted.", PreviousField));
            }

            bytes += found.Input.Length + found.Answer.Length;
            if (turns.Count >= 2 * MaxTurns || bytes > MaxBytes)
            {
                throw new RefusedException(OpenAiError.Invalid("context_length_exceeded",
                    $"The conversation before it is longer than {MaxTurns} turns or {MaxBytes} bytes.", PreviousField));
            }

            using var answer = JsonDocument.Parse(found.Answer);
            using var input = JsonDocument.Parse(found.Input);
            turns.Add(answer.RootElement.GetProperty("output"u8).Clone());
            turns.Add(input.RootElement.Clone());
            if (found.Previous is not { } before)
            {
                turns.Reverse();
                return turns;
            }

            id = before;
        }
    }

    private static RefusedException Full(long quota) => AdminErrors.Conflict(
        $"The stored responses of an organization have at most {quota} bytes, and yours have them. Delete some with "
        + "DELETE /v1/responses/{id}, wait until the oldest expire, 30 days old, or send store: false.");

    private sealed class Keeper(ResponseStore store, ContentOwner owner, ResponseState state, JsonElement input)
        : IAnswerKeeper
    {
        public Task KeepAsync(RequestId request, ReadOnlyMemory<byte> answer) => store.AddAsync(owner, new(
            request.Value, state.Previous, ResponseItems.OfInput(request.Value, input), state.Final));
    }
}
