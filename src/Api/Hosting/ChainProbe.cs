using System.Text.Json;
using Gateway.Api.Wiring;

namespace Gateway.Api.Hosting;

/// <summary>The part <c>chain</c> of readiness: enough nodes, and deposits that do not stand still. Written only where
/// a role needs the chain; the part <c>validator</c> where weights are set.</summary>
internal sealed class ChainProbe(
    GatewaySettings settings, ChainLink link, ChainWatch watch, DepositStock stock, WeightHost? validator = null)
{
    public bool IsReady => !link.IsWanted
        || (link.Current is { IsReady: true } && watch.Feed?.Status is null or { Halt: null });

    public void Write(Utf8JsonWriter writer)
    {
        WriteStock(writer);
        if (!link.IsWanted)
        {
            return;
        }

        var nodes = link.Current?.Nodes ?? [];
        writer.WriteStartObject("chain"u8);
        writer.WriteBoolean("ready"u8, IsReady);
        writer.WriteNumber("endpoints"u8, nodes.Count);
        writer.WriteNumber("connected"u8, nodes.Count(node => node.IsConnected));
        writer.WriteNumber("refused"u8, nodes.Count(node => node.Refusal is not null));
        writer.WriteNumber("must_agree"u8, settings.Chain.RequireAgreement);
        if (watch.Feed?.Status is { } status)
        {
            writer.WriteNumber("best"u8, status.Best);
            writer.WriteNumber("finalized"u8, status.Finalized);
            writer.WriteNumber("taken_in"u8, status.Height ?? 0);
            writer.WriteBoolean("lagging"u8, status.IsLagging);
            writer.WriteBoolean("halted"u8, status.Halt is not null);
        }

        writer.WriteEndObject();
        WriteValidator(writer);
    }

    // Weights that cannot be set are told; callers are served all the same.
    private void WriteValidator(Utf8JsonWriter writer)
    {
        if (validator?.Status is not { Count: > 0 } subnets)
        {
            return;
        }

        writer.WriteStartObject("validator"u8);
        writer.WriteBoolean("ready"u8, subnets.All(subnet => subnet.Problem is null));
        writer.WriteStartArray("subnets"u8);
        foreach (var subnet in subnets)
        {
            writer.WriteStartObject();
            writer.WriteNumber("netuid"u8, subnet.NetUid.Value);
            writer.WriteString("problem"u8, subnet.Problem);
            writer.WriteNumber("spoke_at"u8, subnet.SpokeAt);
            writer.WriteNumber("open_commits"u8, subnet.OpenCommits);
            writer.WriteNumber("lost_reveals"u8, subnet.LostReveals);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // Who has an address goes on paying to it: told, and no reason to send this replica nothing.
    private void WriteStock(Utf8JsonWriter writer)
    {
        if (stock.Current is { } left)
        {
            writer.WriteStartObject("deposit_addresses"u8);
            writer.WriteBoolean("ready"u8, left.Left > 0);
            writer.WriteNumber("left"u8, left.Left);
            writer.WriteNumber("count"u8, left.Count);
            writer.WriteBoolean("low"u8, left.IsLow);
            writer.WriteEndObject();
        }
    }
}
