using System.Globalization;

namespace Gateway.Router.Forwarding;

/// <summary>The codes by which a failed attempt is recorded; none holds a word of the upstream's.</summary>
internal static class FailureReasons
{
    internal const string Connect = "connect";
    internal const string Upload = "upload";
    internal const string FirstTokenTimeout = "first_token_timeout";
    internal const string IdleTimeout = "idle_timeout";
    internal const string Deadline = "deadline";
    internal const string CallerStalled = "caller_stalled";
    internal const string Garbage = "garbage";
    internal const string ErrorFrame = "error_frame";
    internal const string TooLarge = "too_large";
    internal const string Died = "died";
    internal const string Unfinished = "unfinished";
    internal const string Overclaimed = "overclaimed";
    internal const string Busy = "http_429";
    internal const string Unfit = "schema";
    internal const string Hedged = "hedged";
    internal const string Late = "late";
    internal const string CallerGone = "caller_gone";
    internal const string Stopping = "stopping";
    internal const string Stale = "stale";

    internal static string Http(int status) => string.Create(CultureInfo.InvariantCulture, $"http_{status}");

    /// <summary>Whether a failure says nothing about the upstream: a request too large for it breaks the upload, and no
    /// request may take an upstream away from everybody else.</summary>
    internal static bool IsNeutral(string reason) => reason is Stopping or Upload;

    internal static bool IsRefusal(string reason) => reason is "http_400" or "http_413" or "http_422";

    internal static bool IsTimeout(string reason) => reason is FirstTokenTimeout or IdleTimeout or Deadline;
}
