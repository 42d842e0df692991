namespace Gateway.Router.Metering;

/// <summary>What our own parser counted in delivered text; the bound on what an upstream may claim for it.</summary>
/// <param name="OutputBytes">UTF-8 bytes of content, refusals and function calls.</param>
/// <param name="ReasoningBytes">UTF-8 bytes of shown reasoning.</param>
/// <param name="ToolCalls">Function calls begun.</param>
internal readonly record struct TextFacts(long OutputBytes, long ReasoningBytes, long ToolCalls)
{
    internal const int TokensPerToolCall = 16;

    internal long Bytes => OutputBytes + ReasoningBytes;

    internal bool HasText => Bytes > 0 || ToolCalls > 0;

    /// <summary>The most tokens this can have been: no token is shorter than a byte, a call has hidden markup, and one
    /// token ends the answer. Reasoning counts only as far as it was shown: a hidden claim cannot be checked.</summary>
    internal long TokensBound => Bytes + (TokensPerToolCall * ToolCalls) + 1;

    public static TextFacts operator +(TextFacts left, TextFacts right) => new(
        left.OutputBytes + right.OutputBytes,
        left.ReasoningBytes + right.ReasoningBytes,
        left.ToolCalls + right.ToolCalls);
}
