using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat.Shapes;

/// <summary>An endpoint whose requests are chat requests in other words. It reads them into one and has the answer
/// printed in its own shape; everything between, from limits to the receipt, is chat's.</summary>
internal interface IChatShape
{
    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The longest body it takes, in bytes.</summary>
    public int MaxBody { get; }

    /// <summary>Reads and checks a request.</summary>
    /// <exception cref="RefusedException">A field is missing, wrong or not supported, by its own name.</exception>
    public ChatOrder Read(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget);
}
