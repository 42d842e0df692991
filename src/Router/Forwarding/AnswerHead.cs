using Gateway.Core;

namespace Gateway.Router.Forwarding;

/// <summary>What identifies an answer in every object that carries a part of it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Created">Unix seconds.</param>
/// <param name="Served">The expert whose answer it is.</param>
internal sealed record AnswerHead(RequestId Request, long Created, Upstream Served)
{
    /// <summary>The answer's id, <c>chatcmpl-</c> and the request's 32 hex digits.</summary>
    internal string Id => "chatcmpl-" + Request.Value.ToString("N");
}
