using System.Text.Json;
using Gateway.Core;

namespace Gateway.Api.Responses;

/// <summary>What happens to a response's items, told as it happens.</summary>
internal interface IItemEvents
{
    /// <summary>An item begins.</summary>
    public void Begun(ResponseItem item);

    /// <summary>A piece was added to it.</summary>
    /// <param name="item">Which.</param>
    /// <param name="piece">The piece, not empty.</param>
    /// <param name="logprobs">Those of the piece's tokens, a raw JSON array, where there are any.</param>
    public void Grown(ResponseItem item, string piece, string? logprobs);

    /// <summary>It is whole.</summary>
    public void Ended(ResponseItem item);
}

/// <summary>A response's items, gathered from the deltas or the message of a chat answer. They follow one another; only
/// calls of functions may grow by turns, so they end together.</summary>
/// <param name="request">Names the items.</param>
/// <param name="events">Who is told; null on an answer that is no stream.</param>
internal sealed class ResponseOutput(RequestId request, IItemEvents? events)
{
    private readonly List<ResponseItem> _items = [];

    public IReadOnlyList<ResponseItem> Items => _items;

    public int IndexOf(ResponseItem item) => _items.IndexOf(item);

    /// <summary>Takes what a choice's message or delta says.</summary>
    public void Take(JsonElement choice, JsonElement message)
    {
        Add(ItemKind.Reasoning, Text(message, "reasoning_content"), null);
        Add(ItemKind.Text, Text(message, "content"), LogprobsOf(choice));
        Add(ItemKind.Refusal, Text(message, "refusal"), null);
        if (!message.TryGetProperty("tool_calls"u8, out var calls) || calls.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var place = 0;
        foreach (var call in calls.EnumerateArray())
        {
            AddCall(call, place++);
        }
    }

    /// <summary>Ends what is open.</summary>
    /// <param name="status">As what: completed or incomplete.</param>
    public void End(string status)
    {
        foreach (var item in _items.Where(item => item.IsOpen))
        {
            item.Status = status;
            events?.Ended(item);
        }
    }

    /// <summary>Leaves what is open as it is, incomplete; nobody is told.</summary>
    public void Abandon() => _items.FindAll(item => item.IsOpen).ForEach(item => item.Status = "incomplete");

    private void Add(ItemKind kind, string text, string? logprobs)
    {
        if (text.Length == 0)
        {
            return;
        }

        var item = _items is [.., var last] && last.Kind == kind && last.IsOpen ? last : Begin(kind);
        Grow(item, text, logprobs);
    }

    private void AddCall(JsonElement call, int place)
    {
        var number = call.TryGetProperty("index"u8, out var index) && index.TryGetInt32(out var known) ? known : place;
        var function = call.TryGetProperty("function"u8, out var named) && named.ValueKind == JsonValueKind.Object
            ? named
            : default;
        var item = _items.Find(item => item.Kind == ItemKind.Call && item.CallNumber == number)
            ?? BeginCall(number, call, function);
        if (function.ValueKind == JsonValueKind.Object && Text(function, "arguments") is { Length: > 0 } arguments)
        {
            Grow(item, arguments, null);
        }
    }

    private ResponseItem BeginCall(int number, JsonElement call, JsonElement function)
    {
        var id = Text(call, "id");
        return Begin(ItemKind.Call, number, item =>
        {
            item.CallId = id.Length > 0 ? id : $"call_{request.Value:N}_{number}";
            item.Name = function.ValueKind == JsonValueKind.Object ? Text(function, "name") : "";
        });
    }

    private ResponseItem Begin(ItemKind kind, int number = -1, Action<ResponseItem>? fill = null)
    {
        if (_items is [.., { IsOpen: true, Kind: not ItemKind.Call } last])
        {
            last.Status = "completed";
            events?.Ended(last);
        }

        var prefix = kind switch
        {
            ItemKind.Reasoning => "rs",
            ItemKind.Text or ItemKind.Refusal => "msg",
            ItemKind.Call => "fc",
        };
        var item = new ResponseItem(kind, $"{prefix}_{request.Value:N}_{_items.Count}", number);
        fill?.Invoke(item);
        _items.Add(item);
        events?.Begun(item);
        return item;
    }

    private void Grow(ResponseItem item, string piece, string? logprobs)
    {
        item.Text.Append(piece);
        if (logprobs is not null)
        {
            item.Logprobs.Add(logprobs);
        }

        events?.Grown(item, piece, logprobs);
    }

    private static string Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()!
            : "";

    private static string? LogprobsOf(JsonElement choice) =>
        choice.TryGetProperty("logprobs"u8, out var logprobs) && logprobs.ValueKind == JsonValueKind.Object
            && logprobs.TryGetProperty("content"u8, out var tokens) && tokens.ValueKind == JsonValueKind.Array
            ? tokens.GetRawText()
            : null;
}
