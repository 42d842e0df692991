using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gateway.Testing.Fuzz;

/// <summary>Sends requests with faults to a real gateway over real sockets and holds it to its promises: every request
/// is answered or turned away in time, none with 500, and no money is taken without an answer.</summary>
/// <param name="target">The gateway.</param>
/// <param name="seed">All requests follow from it and their numbers, but for ids that answers told.</param>
public sealed class FuzzRun(FuzzTarget target, long seed)
{
    private const int Shown = 3_000;

    // The balance that is told may be a second old, and more on a busy machine.
    private const int MaxTries = 60;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    // A body may take a minute, then it is 408: whoever waits to be turned away waits somewhat longer.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(75);

    private readonly KnownIds _ids = new();
    private readonly FuzzJudge _judge = new(target);
    private readonly ConcurrentBag<string> _left = [];
    private readonly ConcurrentDictionary<string, long> _receipts = new();

    /// <summary>What was seen so far.</summary>
    public FuzzReport Report { get; } = new();

    /// <summary>The requests whose answers were seen and that have a receipt.</summary>
    public IReadOnlySet<string> Receipts => _receipts.Keys.ToHashSet();

    /// <summary>Sends the requests of these numbers, some at a time.</summary>
    public async Task SendAsync(int first, int count, int workers, CancellationToken ct)
    {
        _ids.Spare((await GetAsync("/v1/organization/admin_api_keys", target.AdminKey, ct)).Body);
        var maker = new CallMaker(target, seed, _ids);
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(async _ =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < first + count;)
            {
                await OneAsync(maker.Make(number), ct);
            }
        }));
    }

    /// <summary>Waits until the books agree with the receipts, or give up doing so; adds what the streams cost that
    /// were left, and gives what the organisation has used by the books, in 1e-9 USD.</summary>
    public async Task<long> CloseAsync(CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            // The order matters: what ends meanwhile is then missing in the books and not in the sum.
            var used = await MoneyAsync("total_usage_nusd", ct);
            long left = 0;
            foreach (var id in _left)
            {
                left += await ChargeOfAsync(id, ct);
            }

            if (tries == MaxTries || (used == Report.Charged + left && await MoneyAsync("held_nusd", ct) == 0))
            {
                Report.Charge(left);
                return used;
            }

            await Task.Delay(Pause, TimeProvider.System, ct);
        }
    }

    private async Task OneAsync(FuzzCall call, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        using var client = new RawClient(target.Address);
        var watch = Stopwatch.StartNew();
        try
        {
            await TalkAsync(client, call, watch, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Violate(call, $"no end within {Limit.TotalSeconds} s");
        }
        catch (SocketException)
        {
            // Turned away while it still spoke.
            Report.NotAnswered();
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException or IndexOutOfRangeException
            or ArgumentOutOfRangeException)
        {
            Violate(call, "the answer is no HTTP: " + failure.Message);
        }
    }

    private async Task TalkAsync(RawClient client, FuzzCall call, Stopwatch watch, CancellationToken ct)
    {
        await client.SendAsync(call.Pieces, ct);
        switch (call.Manner)
        {
            case Manner.Vanish:
                client.Reset();
                return;
            case Manner.Leave:
                if (await client.BeginningAsync(ct) is { } beginning)
                {
                    Judge(call, beginning, watch.Elapsed);
                    Remember(beginning);
                    client.Reset();
                }

                return;
        }

        var reading = client.ReadAsync(call.Method != "HEAD", ct);
        if (call.Manner == Manner.Finish)
        {
            await FinishAsync(client, reading, ct);
        }

        if (await reading is not { } answer)
        {
            if (call.Manner == Manner.Ask)
            {
                Violate(call, "no answer");
            }

            Report.NotAnswered();
            return;
        }

        Judge(call, answer, call.Manner == Manner.Wait ? TimeSpan.Zero : watch.Elapsed);
        await ChargeAsync(call, answer, ct);
    }

    // A message that was whole after all is answered first: to a server, whoever ends a connection has left.
    private static async Task FinishAsync(RawClient client, Task reading, CancellationToken ct)
    {
        await Task.WhenAny(reading, Task.Delay(Silence, TimeProvider.System, ct));
        if (!reading.IsCompleted)
        {
            client.Finish();
        }
    }

    private void Judge(FuzzCall call, FuzzAnswer answer, TimeSpan took)
    {
        Report.Answered(answer.Status, took);
        if (_judge.Fault(call, answer) is { } fault)
        {
            Violate(call, fault);
        }

        if (call.Operation.NeedsAdmin)
        {
            _ids.Note(answer.Body);
        }
    }

    private async Task ChargeAsync(FuzzCall call, FuzzAnswer answer, CancellationToken ct)
    {
        if (!call.Operation.MayCharge || !MayBeCharged(answer))
        {
            return;
        }

        if (answer.IsWhole)
        {
            Report.Charge(await ChargeOfAsync(answer.Headers["x-request-id"], ct));
        }
        else
        {
            Remember(answer);
        }
    }

    // An answer that is given again was charged when it was given first.
    private static bool MayBeCharged(FuzzAnswer answer) =>
        answer.Status is >= 200 and < 300 && answer.Headers.ContainsKey("x-request-id")
        && !answer.Headers.ContainsKey("Idempotent-Replayed");

    private void Remember(FuzzAnswer answer)
    {
        if (MayBeCharged(answer))
        {
            _left.Add(answer.Headers["x-request-id"]);
        }
    }

    private async Task<long> ChargeOfAsync(string id, CancellationToken ct)
    {
        var answer = await GetAsync($"/v1/receipts/{id}", target.ApiKey, ct);
        if (answer.Status != 200)
        {
            return 0;
        }

        using var receipt = JsonDocument.Parse(answer.Body);
        var charge = receipt.RootElement.GetProperty("charge_nusd").GetInt64();
        _receipts[id] = charge;
        return charge;
    }

    private async Task<long> MoneyAsync(string member, CancellationToken ct)
    {
        using var credits = JsonDocument.Parse((await GetAsync("/v1/credits", target.ApiKey, ct)).Body);
        return credits.RootElement.GetProperty("data").GetProperty(member).GetInt64();
    }

    private async Task<FuzzAnswer> GetAsync(string path, string key, CancellationToken ct)
    {
        using var client = new RawClient(target.Address);
        await client.SendAsync([Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n")], ct);
        return await client.ReadAsync(hasBody: true, ct) ?? throw new InvalidDataException($"{path}: no answer");
    }

    private void Violate(FuzzCall call, string what)
    {
        var bytes = string.Concat(call.Pieces.Select(piece => Encoding.UTF8.GetString(piece.Span)))
            .Replace(target.ApiKey, "KEY", StringComparison.Ordinal)
            .Replace(target.AdminKey, "ADMIN", StringComparison.Ordinal);
        Report.Violate(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}, request {call.Number}, {call.Manner}: {what}\n{bytes[..Math.Min(bytes.Length, Shown)]}"));
    }
}
