namespace Gateway.Router.Forwarding;

/// <summary>The error in which a stream under way ends.</summary>
/// <param name="Type">Whose fault it is, in OpenAI's words.</param>
/// <param name="Code">What it is, for programs.</param>
/// <param name="Message">What it is, for people.</param>
internal sealed record StreamError(string Type, string Code, string Message)
{
    internal static StreamError TimedOut { get; } =
        new("upstream_error", "upstream_timeout", "The expert did not answer in time.");

    internal static StreamError AllFailed { get; } =
        new("upstream_error", "all_experts_failed", "No expert gave a complete answer.");

    internal static StreamError Draining { get; } =
        new("server_error", "draining", "The gateway is shutting down; please send the request again.");
}
