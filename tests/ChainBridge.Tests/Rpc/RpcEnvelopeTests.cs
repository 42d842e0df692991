using System.Text;
using System.Text.Json;
using CsCheck;
using Gateway.ChainBridge.Rpc;

namespace Gateway.ChainBridge.Tests.Rpc;

public sealed class RpcEnvelopeTests
{
    private static readonly string[] Sound =
    [
        """{"jsonrpc":"2.0","id":7,"result":{"a":[1,2,{"id":9}],"result":null}}""",
        """{"jsonrpc":"2.0","method":"m","params":{"subscription":"s","result":{"x":"0x00"}}}""",
        """{"jsonrpc":"2.0","id":8,"error":{"code":1010,"message":"Invalid Transaction","data":"Bad proof"}}""",
    ];

    [Fact]
    public void An_answer_gives_its_call_and_its_result_as_it_stands()
    {
        var envelope = RpcEnvelope.Read(Encoding.UTF8.GetBytes(Sound[0]));
        Assert.Equal(7, envelope.Id);
        Assert.Equal("""{"a":[1,2,{"id":9}],"result":null}""", Encoding.UTF8.GetString(envelope.Result));
    }

    [Fact]
    public void A_null_result_is_a_result()
    {
        var envelope = RpcEnvelope.Read("""{"result":null,"id":1,"error":null}"""u8);
        Assert.Equal("null", Encoding.UTF8.GetString(envelope.Result));
        Assert.Null(envelope.Error);
    }

    [Fact]
    public void An_error_gives_code_and_text_and_no_more_than_some_of_it()
    {
        var message = $$$"""{"id":1,"error":{"code":1010,"message":"{{{new string('x', 9000)}}}","data":[1]}}""";
        var envelope = RpcEnvelope.Read(Encoding.UTF8.GetBytes(message));
        Assert.Equal(1010, envelope.Error!.Code);
        Assert.InRange(envelope.Error.Message.Length, 300, 700);
    }

    [Fact]
    public void Damaged_messages_raise_only_errors_of_JSON()
    {
        Gen.Select(Gen.Int[0, Sound.Length - 1], Gen.Int[0, 200], Gen.Byte).Sample(
            sample =>
            {
                var bytes = Encoding.UTF8.GetBytes(Sound[sample.Item1]);
                bytes[sample.Item2 % bytes.Length] = sample.Item3;
                try
                {
                    _ = RpcEnvelope.Read(bytes);
                }
                catch (Exception failure) when (PendingCall.IsGarbage(failure))
                {
                    // What the connection passes over.
                }
            },
            iter: 20_000);
    }

    [Fact]
    public void Bottomless_nesting_is_refused() => Assert.ThrowsAny<JsonException>(
        () => RpcEnvelope.Read(Encoding.UTF8.GetBytes($"{{\"id\":1,\"result\":{new string('[', 100_000)}")).Id);
}
