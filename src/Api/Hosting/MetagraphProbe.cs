using System.Text.Json;
using Gateway.Api.Wiring;
using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Api.Hosting;

/// <summary>The part <c>metagraph</c> of readiness, where subnets are followed. It never makes a replica unready: the
/// last good state of a subnet serves on.</summary>
internal sealed class MetagraphProbe(MetagraphLink link)
{
    public void Write(Utf8JsonWriter writer)
    {
        if (link.Current is { } feed)
        {
            Write(writer, feed.Followed, feed.Current);
        }
    }

    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<NetUid> followed, MetagraphView view)
    {
        var unread = followed.Where(netUid => !view.Subnets.ContainsKey(netUid)).ToList();
        var stale = view.Subnets.Where(pair => pair.Value.IsStale).Select(pair => pair.Key).ToList();
        var held = view.Subnets.Where(pair => pair.Value.Held is not null).Select(pair => pair.Key).ToList();
        writer.WriteStartObject("metagraph"u8);
        writer.WriteBoolean("ready"u8, unread.Count + stale.Count + held.Count == 0);
        writer.WriteNumber("subnets"u8, followed.Count);
        Write(writer, "unread", unread);
        Write(writer, "stale", stale);
        Write(writer, "held", held);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, List<NetUid> netUids)
    {
        writer.WriteStartArray(name);
        foreach (var netUid in netUids.OrderBy(netUid => netUid.Value))
        {
            writer.WriteNumberValue(netUid.Value);
        }

        writer.WriteEndArray();
    }
}
