using System.Net;
using System.Net.Sockets;
using Gateway.Api.Access;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Sessions;

/// <summary>What a person sees of his own sign-ins: of each when, by what, and roughly from where.</summary>
internal static class SignInEvents
{
    public const string Opened = "opened";
    public const string Failed = "failed";
    public const string Proved = "proved";
    public const string Ended = "ended";

    /// <summary>So many are kept of a person: who guesses fills no disk.</summary>
    public const int MostKept = 50;

    private const int MaxAgent = 200;
    private const int Ipv4Bits = 24;
    private const int Ipv6Bits = 48;

    /// <summary>A row of now.</summary>
    public static SignInEventRow Row(HttpContext context, Guid person, string what, string how, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            Person = person,
            At = now.ToUnixTimeMilliseconds(),
            What = what,
            How = how,
            Place = PlaceOf(context.Connection.RemoteIpAddress),
            Agent = AgentOf(context),
        };

    /// <summary>What a browser calls itself, as much as is kept of it.</summary>
    public static string AgentOf(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return agent[..Math.Min(agent.Length, MaxAgent)];
    }

    /// <summary>The network of an address: enough to know one's own by, and no more.</summary>
    public static string PlaceOf(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var (bytes, bits) = (plain.GetAddressBytes(), plain.AddressFamily == AddressFamily.InterNetwork
            ? Ipv4Bits : Ipv6Bits);
        Array.Clear(bytes, bits / 8, bytes.Length - (bits / 8));
        return new IPNetwork(new IPAddress(bytes), bits).ToString();
    }

    /// <summary>Drops what is older than the newest that are kept.</summary>
    public static async Task TrimAsync(PersonDb db, Guid person)
    {
        var rows = db.SignInEvents.Where(row => row.Person == person);
        var first = await rows.OrderByDescending(row => row.At).Skip(MostKept).Select(row => (long?)row.At)
            .FirstOrDefaultAsync();
        if (first is { } at)
        {
            await rows.Where(row => row.At <= at).ExecuteDeleteAsync();
        }
    }
}
