using System.Net.Http.Headers;
using Gateway.Api.Egress;
using Gateway.Api.Hosting;

namespace Gateway.Api.Webhooks;

/// <summary>What a try came to.</summary>
/// <param name="Status">The answer's status; null: there was none.</param>
/// <param name="Error">Why there was none: <c>refused</c> (not an address that is called), <c>timeout</c>,
/// <c>too_large</c> or <c>connection</c>.</param>
internal sealed record Sent(int? Status, string? Error)
{
    /// <summary>Whether the receiver has it.</summary>
    public bool IsDelivered => Status is >= 200 and <= 299;
}

/// <summary>Sends one event once, by the rules of all addresses that customers name.</summary>
internal sealed class WebhookClient(GatewaySettings settings, EgressRules rules, TimeProvider time) : IDisposable
{
    private const string Agent = "gateway-webhook";

    // Nothing of it is used.
    private const int MaxAnswer = 64 * 1024;

    private readonly EgressClient _client =
        new(settings, rules with { AllowsLoopback = settings.AllowLoopbackWebhooks }, time);

    public void Dispose() => _client.Dispose();

    /// <summary>Whether an address is of a kind that is called at all.</summary>
    public bool Admits(Uri address) => _client.Admits(address);

    /// <param name="url">Where to.</param>
    /// <param name="headers">Beside the usual ones.</param>
    /// <param name="body">JSON.</param>
    /// <param name="stopping">Ends the try.</param>
    public async Task<Sent> SendAsync(
        Uri url, IEnumerable<(string Name, string Value)> headers, ReadOnlyMemory<byte> body,
        CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("user-agent", Agent);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            return new((await _client.SendAsync(request, MaxAnswer, stopping)).Status, null);
        }
        catch (EgressException failure)
        {
            return new(null, WordOf(failure.Problem));
        }
    }

    private static string WordOf(EgressProblem problem) => problem switch
    {
        EgressProblem.Address or EgressProblem.Refused => "refused",
        EgressProblem.TooSlow => "timeout",
        EgressProblem.TooLarge => "too_large",
        EgressProblem.Unreachable => "connection",
    };
}
