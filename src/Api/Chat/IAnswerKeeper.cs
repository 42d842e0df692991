using Gateway.Core;

namespace Gateway.Api.Chat;

/// <summary>Keeps an answer before it is charged, among the features of a request whose answer must outlive this
/// process: what is charged is then never lost. A kept answer that was not charged does not count.</summary>
internal interface IAnswerKeeper
{
    /// <summary>Keeps an answer. What it throws ends the request, free of charge.</summary>
    /// <param name="request">The request that it answers.</param>
    /// <param name="answer">The whole body; empty on a stream.</param>
    public Task KeepAsync(RequestId request, ReadOnlyMemory<byte> answer);
}
