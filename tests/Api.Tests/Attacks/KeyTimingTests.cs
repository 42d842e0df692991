using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.Api.Access;
using Gateway.Api.Tests.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Attacks;

/// <summary>How long a wrong key takes to refuse tells nothing about the right one.</summary>
public sealed class KeyTimingTests
{
    private const int Samples = 50_000;
    private const int Batch = 500;
    private const int Rounds = 3;

    // "Dude, is my constant time code constant time?" (Reparaz, Balasch, Verbauwhede, 2016): above it is a leak.
    private const double Limit = 4.5;
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    [Fact]
    public async Task Attack_04_A_key_that_begins_like_a_good_one_is_refused_as_fast_as_any()
    {
        await using var gateway = await InProcessGateway.StartAsync("--Gateway:Access:SharedAddresses=192.0.2.0/24",
            "--Gateway:Access:FailuresPerMinute=1");
        var directory = gateway.Services.GetRequiredService<KeyDirectory>();
        var from = Stranger(gateway.Services.GetRequiredService<FailureBrake>());
        var good = (string)gateway.DevNet["apiKey"]!;
        Assert.NotNull(await directory.FindAsync(good));

        // A leak would show in every try; chance, or a neighbour on the same machine, does not.
        var value = double.MaxValue;
        for (var round = 0; round < Rounds && value >= Limit; round++)
        {
            value = Welch(directory, from, good, new(round));
            TestContext.Current.SendDiagnosticMessage(value.ToString("0.00", CultureInfo.InvariantCulture));
        }

        Assert.InRange(value, 0, Limit);
    }

    // Behind the brake nothing is looked up in the store: what is left is the comparison.
    private static DefaultHttpContext Stranger(FailureBrake brake)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
        for (var i = 0; i < 3; i++)
        {
            brake.Note(context.Connection.RemoteIpAddress, new(401, "t", "c", "m"));
        }

        Assert.True(brake.Refuses(context.Connection.RemoteIpAddress));
        return context;
    }

    private static double Welch(KeyDirectory directory, DefaultHttpContext from, string good, Random random)
    {
        var times = new[] { new List<double>(Samples), new List<double>(Samples) };
        while (times[0].Count < Samples || times[1].Count < Samples)
        {
            // Made beforehand, so that making them is no part of the time.
            var keys = Enumerable.Range(0, Batch).Select(_ => random.Next(2))
                .Select(kind => (Kind: kind, Key: kind == 0 ? ApiKey.Create(KeyKind.Api) : Like(good, random)))
                .ToArray();
            foreach (var (kind, key) in keys)
            {
                var begun = Stopwatch.GetTimestamp();
                var found = directory.FindInAsync(key, key, from.Connection);
                times[kind].Add(Stopwatch.GetTimestamp() - begun);
                Assert.True(found.IsCompletedSuccessfully && found.Result is null);
            }
        }

        return Math.Abs(T(Cropped(times[0]), Cropped(times[1])));
    }

    // All but the last five characters that count are the good key's.
    private static string Like(string good, Random random) =>
        ApiKey.Complete(good[..^11] + new string(random.GetItems<char>(Letters, 5)));

    // Interruptions fall on either kind alike and hide everything else.
    private static double[] Cropped(List<double> times) =>
        [.. times.Order().Take(times.Count * 9 / 10)];

    private static double T(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        return (meanA - meanB) / Math.Sqrt((Variance(a, meanA) / a.Length) + (Variance(b, meanB) / b.Length));
    }

    private static double Variance(double[] values, double mean) =>
        values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
}
