using System.Globalization;
using Gateway.Router.Gating;
using Gateway.Router.Tasks;

namespace Gateway.Router.Storage;

/// <summary>One row of the gate's sums under a name that means the same on every replica.</summary>
/// <param name="Kind"><c>miner</c>, <c>subnet</c>, <c>model</c> or <c>cluster</c>.</param>
/// <param name="Name">Of the statistic.</param>
/// <param name="Row">Its sums; the index is this process's own.</param>
internal readonly record struct NamedRow(string Kind, string Name, SumRow Row);

/// <summary>Gives a book's rows their names, and finds the statistics of named rows.</summary>
internal static class GateRows
{
    internal const string Miner = "miner";
    internal const string Subnet = "subnet";
    internal const string Model = "model";
    internal const string Cluster = "cluster";

    private const char Mark = '\n';

    // These stand behind a miner's name where a row counts answers instead of judging them, or only the first ones.
    private const string Reach = "reach";
    private const string First = "first";

    /// <summary>The own rows that changed since the last call.</summary>
    internal static List<NamedRow> TakeChanged(GateBook book) =>
    [
        .. book.Miners.Integrity.TakeChanged()
            .Select(row => new NamedRow(Miner, NameOf(book.Miners[row.Index].Facts.Key), row)),
        .. book.Miners.Reach.TakeChanged()
            .Select(row => new NamedRow(Miner, NameOf(book.Miners[row.Index].Facts.Key) + Mark + Reach, row)),
        .. book.Miners.First.TakeChanged()
            .Select(row => new NamedRow(Miner, NameOf(book.Miners[row.Index].Facts.Key) + Mark + First, row)),
        .. book.Models.BySubnet.TakeChanged()
            .Select(row => new NamedRow(Subnet, Text(book.Models.SubnetOf(row.Index)), row)),
        .. book.Models.ByModel.TakeChanged()
            .Select(row => new NamedRow(Model, NameOf(book.Models.NameOf(row.Index)), row)),
        .. book.Models.ByCluster.TakeChanged().Select(row => new NamedRow(
            Cluster,
            NameOf(book.Models.NameOf(row.Index / TaskClusters.Most)) + Mark + Text(row.Index % TaskClusters.Most),
            row)),
    ];

    /// <summary>Takes other runs' rows into a book; one that names nothing is passed over.</summary>
    /// <param name="book">The book.</param>
    /// <param name="rows">In any order, any number of times.</param>
    internal static void Merge(GateBook book, IEnumerable<NamedRow> rows)
    {
        foreach (var (kind, name, row) in rows)
        {
            if (!double.IsFinite(row.Sums.Result) || !double.IsFinite(row.Sums.Weight) || row.Sums.Weight < 0)
            {
                continue;
            }

            var parts = name.Split(Mark);
            switch (kind, parts.Length)
            {
                case (Miner, 4) when TryInt(parts[0], out var netUid) && TryLong(parts[2], out var registered):
                    book.Remember(new(netUid, parts[1], registered, parts[3]), row);
                    break;
                case (Miner, 5) when TryInt(parts[0], out var netUid) && TryLong(parts[2], out var registered):
                    Remember(book, parts[4], new(netUid, parts[1], registered, parts[3]), row);
                    break;
                case (Subnet, 1) when TryInt(parts[0], out var netUid):
                    book.Models.BySubnet.Merge(row with { Index = book.Models.SubnetIndexOf(netUid) });
                    break;
                case (Model, 2) when TryInt(parts[0], out var netUid):
                    book.Models.ByModel.Merge(row with { Index = book.Models.ModelOf(netUid, parts[1]) });
                    break;
                case (Cluster, 3) when TryInt(parts[0], out var netUid) && TryInt(parts[2], out var cluster)
                    && cluster is >= 0 and < TaskClusters.Most:
                    var model = book.Models.ModelOf(netUid, parts[1]);
                    book.Models.ByCluster.Merge(row with { Index = (model * TaskClusters.Most) + cluster });
                    break;
                default:
                    break;
            }
        }
    }

    private static void Remember(GateBook book, string what, MinerKey key, SumRow row)
    {
        if (what == Reach)
        {
            book.RememberReach(key, row);
        }
        else if (what == First)
        {
            book.RememberFirst(key, row);
        }
    }

    private static string NameOf(MinerKey key) =>
        string.Join(Mark, Text(key.NetUid), key.Hotkey, Text(key.Registered), key.Model);

    private static string NameOf((int NetUid, string Name) model) => Text(model.NetUid) + Mark + model.Name;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool TryInt(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool TryLong(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
