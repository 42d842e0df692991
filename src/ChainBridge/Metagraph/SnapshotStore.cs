using System.Globalization;
using System.Text.Json;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>The last good snapshot of each subnet, a file each, so that a start does not wait for the chain. A file of
/// another chain, or one that does not read, counts for nothing.</summary>
internal sealed class SnapshotStore(string folder)
{
    private const string Suffix = ".json";

    public SubnetSnapshot? Read(NetUid netUid, string genesis)
    {
        try
        {
            using var stream = File.OpenRead(PathOf(netUid));
            var kept = JsonSerializer.Deserialize<KeptSnapshot>(stream);
            return kept is { Neurons: not null, BlockHash: not null }
                && kept.Genesis == genesis
                && kept.NetUid == netUid.Value
                && kept.ToSnapshot() is var snapshot
                && SnapshotRule.Flaw(snapshot) is null
                    ? snapshot
                    : null;
        }
        catch (Exception failure) when (failure is IOException or JsonException or FormatException
            or ArgumentException or NullReferenceException or UnauthorizedAccessException)
        {
            // Whatever is wrong with a file, the chain is read all the same.
            return null;
        }
    }

    /// <summary>Writes to another name and renames: a file is the old snapshot or the new one.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Write(SubnetSnapshot snapshot, string genesis)
    {
        _ = Directory.CreateDirectory(folder);
        var path = PathOf(snapshot.NetUid);
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(KeptSnapshot.Of(snapshot, genesis)));
        File.Move(fresh, path, overwrite: true);
    }

    private string PathOf(NetUid netUid) =>
        Path.Combine(folder, netUid.Value.ToString(CultureInfo.InvariantCulture) + Suffix);
}
