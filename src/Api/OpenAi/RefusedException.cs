namespace Gateway.Api.OpenAi;

/// <summary>A request refused at the edge while it is being read; the error handler writes its error.</summary>
internal sealed class RefusedException(OpenAiError error) : Exception(error.Code)
{
    public OpenAiError Error { get; } = error;
}
