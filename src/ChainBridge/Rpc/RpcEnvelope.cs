using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>What a message from a node is about, found in one pass without making anything of its content.</summary>
internal readonly ref struct RpcEnvelope
{
    private const int LongestText = 300;

    private RpcEnvelope(Fields fields)
    {
        Id = fields.Id;
        Subscription = fields.Subscription;
        Result = fields.Result;
        Error = fields.Error;
    }

    /// <summary>The call that is answered; null in a notice.</summary>
    public long? Id { get; }

    /// <summary>The subscription a notice belongs to; null in an answer.</summary>
    public string? Subscription { get; }

    /// <summary>JSON of the answer or notice; empty when it is an error.</summary>
    public ReadOnlySpan<byte> Result { get; }

    /// <summary>The node's error, or null.</summary>
    public RpcException? Error { get; }

    /// <exception cref="JsonException">The message is no answer and no notice.</exception>
    public static RpcEnvelope Read(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        var fields = new Fields();
        Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            fields.Read(message, ref reader);
        }

        // What follows the object would make Read throw.
        Require(reader.TokenType == JsonTokenType.EndObject && !reader.Read());
        Require(fields.Error is not null || !fields.Result.IsEmpty);
        Require(fields.Id is not null ^ fields.Subscription is not null);
        return new RpcEnvelope(fields);
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new JsonException("The message is no answer and no notice.");
        }
    }

    private static string Shorten(string text) => text.Length <= LongestText ? text : text[..LongestText];

    private ref struct Fields
    {
        public long? Id;
        public string? Subscription;
        public ReadOnlySpan<byte> Result;
        public RpcException? Error;

        public void Read(ReadOnlySpan<byte> message, scoped ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                _ = reader.Read();
                Id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) ? id : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                Result = Slice(message, ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                Error = ReadError(ref reader);
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                ReadNotice(message, ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> message, scoped ref Utf8JsonReader reader)
        {
            _ = reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return message[start..(int)reader.BytesConsumed];
        }

        private void ReadNotice(ReadOnlySpan<byte> message, scoped ref Utf8JsonReader reader)
        {
            _ = reader.Read();
            Require(reader.TokenType == JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("subscription"u8))
                {
                    _ = reader.Read();
                    Subscription = SubscriptionId.Read(ref reader);
                }
                else if (reader.ValueTextEquals("result"u8))
                {
                    Result = Slice(message, ref reader);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        private static RpcException? ReadError(scoped ref Utf8JsonReader reader)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var error = document.RootElement;
            if (error.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            Require(error.ValueKind == JsonValueKind.Object);
            var code = error.TryGetProperty("code", out var number) && number.TryGetInt32(out var value) ? value : 0;
            var text = error.TryGetProperty("message", out var message) ? message.ToString() : "";
            var data = error.TryGetProperty("data", out var more) ? $": {more}" : "";
            return new RpcException(
                RpcFault.Refused, $"The node refused with {code}: {Shorten(text)}{Shorten(data)}", code);
        }
    }
}
