using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gateway.Api.Hosting;
using Gateway.Api.Wiring;

namespace Gateway.Api.Egress;

/// <summary>Calls addresses that customers name, such as an image's or a webhook's. Such an address may be chosen to
/// reach what only this machine can reach, so: https alone, only public addresses, no redirect, proxy, cookie or
/// decompression, and little time. No connection is kept, so that each call looks its name up anew. Safe for any
/// thread.</summary>
internal sealed class EgressClient : IDisposable
{
    private const int MaxHeaderKilobytes = 16;

    private readonly HttpMessageInvoker _invoker;
    private readonly EgressRules _rules;
    private readonly TimeProvider _time;

    [SuppressMessage("Reliability", "CA2000", Justification = "The invoker owns its handler.")]
    public EgressClient(GatewaySettings settings, EgressRules rules, TimeProvider time)
    {
        (_rules, _time) = (rules, time);
        var dial = new EgressDial(rules, AxonFilters.OfStrangers(settings, rules.AllowsLoopback));
        _invoker = new(new SocketsHttpHandler
        {
            ConnectCallback = dial.ConnectAsync,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            PooledConnectionLifetime = TimeSpan.Zero,
            SslOptions = { CertificateChainPolicy = ChainOf(rules) },
        });
    }

    public void Dispose() => _invoker.Dispose();

    /// <summary>Whether an address is of a kind that is called at all; where it leads is seen when it is.</summary>
    public bool Admits(Uri address) =>
        address.IsAbsoluteUri && address.UserInfo.Length == 0 && address.Host.Length > 0
        && (address.Scheme == Uri.UriSchemeHttps || (_rules.AllowsLoopback && address.Scheme == Uri.UriSchemeHttp));

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="request">To an absolute address.</param>
    /// <param name="maxBytes">The longest body that is read.</param>
    /// <param name="ct">Calls it off.</param>
    /// <exception cref="EgressException">There is no answer, or no good one.</exception>
    public async Task<EgressAnswer> SendAsync(HttpRequestMessage request, int maxBytes, CancellationToken ct)
    {
        if (request.RequestUri is not { } address || !Admits(address))
        {
            throw new EgressException(EgressProblem.Address, "The address must begin with https:// and name a host.");
        }

        using var patience = new CancellationTokenSource(_rules.Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var response = await _invoker.SendAsync(request, either.Token);
            return new((int)response.StatusCode, await ReadAsync(response.Content, maxBytes, either.Token));
        }
        catch (OperationCanceledException exception) when (patience.IsCancellationRequested)
        {
            ct.ThrowIfCancellationRequested();
            throw new EgressException(EgressProblem.TooSlow, "The address did not answer in time.", exception);
        }
        catch (HttpRequestException exception) when (exception.InnerException is EgressException refusal)
        {
            throw new EgressException(refusal.Problem, refusal.Message, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw new EgressException(EgressProblem.Unreachable, "The address cannot be reached.", exception);
        }
    }

    // Null is the system's own way.
    private static X509ChainPolicy? ChainOf(EgressRules rules)
    {
        if (rules.Roots.Count == 0)
        {
            return null;
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(rules.Roots);
        return policy;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken ct)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        await using var stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var piece = new byte[Math.Min(maxBytes + 1, 64 * 1024)];
        for (int count; (count = await stream.ReadAsync(piece, ct)) > 0;)
        {
            await body.WriteAsync(piece.AsMemory(0, count), ct);
            if (body.Length > maxBytes)
            {
                throw TooLarge(maxBytes);
            }
        }

        return body.ToArray();
    }

    private static EgressException TooLarge(int maxBytes) =>
        new(EgressProblem.TooLarge, $"The answer is longer than {maxBytes} bytes.");
}
