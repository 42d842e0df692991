using Gateway.Core;

namespace Gateway.Router.Tests.Planning;

/// <summary>Upstreams for planning, which never dials them.</summary>
internal static class Experts
{
    internal static Upstream Of(string name, string model, Features features = Features.All) =>
        new(name, new(model), new("http://127.0.0.1:1/v1/"), "openai", features, Quality.Real);

    internal static Upstream Miner(ushort netUid, string hotkey, string model) =>
        Of($"sn{netUid}/{hotkey}", model) with { NetUid = new NetUid(netUid), Hotkey = new Hotkey(hotkey) };
}
