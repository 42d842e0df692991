using Gateway.Api.Tests.Http;
using Gateway.ChainBridge.Keys;
using Gateway.Core;
using Gateway.Router;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Tongues;

/// <summary>A gateway whose only expert is one miner of a subnet with a dialect of its own.</summary>
internal static class OneMiner
{
    public const string Model = "foreign-1";

    public const ushort NetUid = 5;

    /// <summary>The miner's hotkey: what requests are signed for.</summary>
    public static string Hotkey { get; } = MakeHotkey();

    /// <summary>Starts it for a miner that listens there.</summary>
    public static Task<InProcessGateway> StartAsync(Uri miner, string dialect, params IEnumerable<string> settings)
    {
        var upstream = new Upstream(
            $"sn{NetUid}/{Hotkey}", new ModelId(Model), miner, dialect, Features.None, Quality.Real,
            new NetUid(NetUid), Uid: 0, new Hotkey(Hotkey), OutputTokensLimit: 256);
        return InProcessGateway.StartAsync(
            services => services.AddSingleton<IUpstreamSource>(new Fixed(new(1, [upstream]))),
            [
                $"--Gateway:Subnets:{NetUid}:Dialect={dialect}", $"--Gateway:Subnets:{NetUid}:Models:0={Model}",
                $"--Gateway:Pricing:Usd:{Model}:Input=1", $"--Gateway:Pricing:Usd:{Model}:Output=1", .. settings,
            ]);
    }

    /// <summary>Whether a text was signed, unwrapped, by an account.</summary>
    public static bool IsSigned(string address, string text, string signature)
    {
        Span<byte> key = stackalloc byte[32];
        return Ss58.TryDecode(address, key)
            && signature.StartsWith("0x", StringComparison.Ordinal)
            && Sr25519.Verify(key, System.Text.Encoding.UTF8.GetBytes(text), Convert.FromHexString(signature[2..]));
    }

    private static string MakeHotkey()
    {
        using var key = Sr25519Keypair.FromUri("//Miner");
        return Ss58.Encode(key.PublicKey);
    }

    private sealed class Fixed(UpstreamSnapshot snapshot) : IUpstreamSource
    {
        public UpstreamSnapshot Current => snapshot;
    }
}
