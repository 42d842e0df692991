using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>The headers an answer carries for its own sake. None comes from an upstream.</summary>
internal static class AnswerHeaders
{
    /// <summary>Sets them on a response about to start.</summary>
    /// <param name="response">The response.</param>
    /// <param name="clock">The request's clock.</param>
    /// <param name="served">Who answers; null on a stream kept alive before anybody has.</param>
    internal static void Set(HttpResponse response, WaitClock clock, Upstream? served)
    {
        var total = clock.TotalMicros;
        var headers = response.Headers;
        headers["openai-processing-ms"] = (total / 1000).ToString(CultureInfo.InvariantCulture);
        headers["server-timing"] =
            $"gw;dur={Milliseconds(clock.OverheadMicros)}, upstream;dur={Milliseconds(clock.WaitedMicros)}";
        if (served is null)
        {
            return;
        }

        headers["x-gateway-expert"] = served.Name;
        if (served.Quality == Quality.Demo)
        {
            headers["x-gateway-quality"] = "demo";
        }
    }

    private static string Milliseconds(long micros) =>
        string.Create(CultureInfo.InvariantCulture, $"{micros / 1000}.{micros % 1000:000}");
}
