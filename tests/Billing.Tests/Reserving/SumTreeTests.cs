using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using CsCheck;
using Gateway.Core;

namespace Gateway.Billing.Tests.Reserving;

public sealed class SumTreeTests
{
    private static readonly Gen<SumNode> Leaves =
        Gen.Select(Gen.Byte.Array[SumNode.SaltSize], Gen.Guid, Gen.Long[0, long.MaxValue / 64])
            .Select((salt, org, rao) => SumNode.Leaf(salt, new(org), new(rao)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(1000, 10)]
    [InlineData(1024, 10)]
    [InlineData(1025, 11)]
    public void Every_leaf_leads_to_the_root_and_the_root_carries_the_total(int count, int depth)
    {
        var leaves = Enumerable.Range(0, count).Select(Leaf).ToList();

        var tree = SumTree.Build(leaves);

        Assert.Equal(depth, tree.Depth);
        Assert.Equal(leaves.Sum(leaf => leaf.Sum.Value), tree.Root.Sum.Value);
        Assert.Equal(Recurse([.. Padded(leaves)]), Convert.ToHexStringLower(tree.Root.Hash));
        foreach (var leaf in leaves)
        {
            var path = tree.PathOf(leaf);
            Assert.Equal(depth, path.Count);
            Assert.True(SumPath.Root(leaf, path).IsSameAs(tree.Root));
            Assert.Equal(path, SumPath.Read(SumPath.Write(path)), SameStep);
        }
    }

    [Fact]
    public void The_encoding_is_the_documented_one()
    {
        var salt = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        var org = Guid.ParseExact("0123456789abcdef0123456789abcdef", "N");

        var left = SumNode.Leaf(salt, new(org), new(0x0102030405060708));
        var right = SumNode.Leaf(salt, new(org), new(7));

        Assert.Equal(
            Sha256("00" + Convert.ToHexString(salt) + "0123456789abcdef0123456789abcdef" + "0102030405060708"),
            Convert.ToHexStringLower(left.Hash));
        Assert.Equal(
            Sha256("01" + Convert.ToHexString(left.Hash) + "0102030405060708"
                + Convert.ToHexString(right.Hash) + "0000000000000007"),
            Convert.ToHexStringLower(SumNode.Above(left, right).Hash));
    }

    [Fact]
    public void The_root_does_not_depend_on_the_order_in_which_leaves_come() =>
        Leaves.Array[1, 40].Sample(leaves =>
            SumTree.Build(leaves).Root.IsSameAs(SumTree.Build(leaves.Reverse()).Root));

    [Fact]
    public void No_change_of_a_leaf_a_sum_a_sibling_or_the_order_leads_to_the_root() =>
        Gen.Select(Leaves.Array[3, 40], Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[0, 31], Gen.Int[1, 255]).Sample(
            (leaves, which, where, at, mask) =>
            {
                var tree = SumTree.Build(leaves);
                var leaf = leaves[which % leaves.Length];
                var path = tree.PathOf(leaf).ToList();
                var step = where % path.Count;
                var sibling = path[step].Sibling;

                Differs(tree, leaf with { Hash = Flip(leaf.Hash, at, mask) }, path);
                Differs(tree, leaf with { Sum = leaf.Sum + new Rao(mask) }, path);
                Differs(tree, leaf, Replaced(path, step, sibling with { Hash = Flip(sibling.Hash, at, mask) }));
                Differs(tree, leaf, Replaced(path, step, sibling with { Sum = sibling.Sum + new Rao(mask) }));
                Differs(tree, leaf, Turned(path, step));
                Differs(tree, leaf, path[..^1]);
                Differs(tree, leaf, path[1..]);
                if (path.Count > 1)
                {
                    Differs(tree, leaf, [path[1], path[0], .. path[2..]]);
                }

                // Two debts moved against each other keep the total and must still be seen.
                var moved = Replaced(path, step, sibling with { Sum = sibling.Sum + new Rao(1) });
                Differs(tree, leaf with { Sum = leaf.Sum - new Rao(1) }, moved);
            });

    [Fact]
    public void Negative_and_overflowing_sums_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SumNode.Leaf(new byte[32], default, new(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SumNode.Leaf(new byte[31], default, new(1)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SumPath.Root(Leaf(1), [new(Side.Left, Leaf(2) with { Sum = new(-1) })]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SumTree.Build([Leaf(1), Leaf(2) with { Sum = new(long.MinValue) }]));

        SumNode[] whole = [Leaf(1) with { Sum = new(long.MaxValue - 1) }, Leaf(2) with { Sum = new(1) }];
        Assert.Equal(long.MaxValue, SumTree.Build(whole).Root.Sum.Value);
        Assert.Throws<OverflowException>(() => SumTree.Build([.. whole, Leaf(3) with { Sum = new(1) }]));
    }

    [Fact]
    public void A_leaf_that_is_not_in_the_tree_has_no_path()
    {
        var tree = SumTree.Build([Leaf(1), Leaf(2), Leaf(3)]);

        Assert.Throws<ArgumentException>(() => tree.PathOf(Leaf(4)));
        Assert.Throws<ArgumentException>(() => tree.PathOf(SumNode.Padding));
    }

    [Theory]
    [InlineData(100, 100, 0, 1_000_000L)]
    [InlineData(100, 60, 40, 1_000_000L)]
    [InlineData(99, 60, 40, 990_000L)]
    [InlineData(1, 3, 0, 333_333L)]
    [InlineData(0, 3, 0, 0L)]
    [InlineData(-1, 3, 0, -333_334L)]
    [InlineData(long.MaxValue, 1, 0, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue, long.MaxValue, 500_000L)]
    public void The_ratio_is_floored_parts_per_million(long assets, long owed, long payable, long ppm) =>
        Assert.Equal(ppm, ReserveCount.RatioPpm(new(assets), new(owed), new(payable)));

    [Fact]
    public void Without_debts_there_is_no_ratio() =>
        Assert.Null(ReserveCount.RatioPpm(new(5), Rao.Zero, Rao.Zero));

    private static SumNode Leaf(int number)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteInt32BigEndian(id, number);
        return SumNode.Leaf(SHA256.HashData(id), new(new Guid(id)), new(number * 1_000_003L));
    }

    private static void Differs(SumTree tree, SumNode leaf, IReadOnlyList<SumStep> path)
    {
        var root = leaf.Sum.Value < 0 ? null : SumPath.Root(leaf, path);
        Assert.False(root?.IsSameAs(tree.Root) ?? false);
    }

    private static byte[] Flip(byte[] hash, int at, int mask) =>
        [.. hash.Select((one, i) => i == at ? (byte)(one ^ mask) : one)];

    private static List<SumStep> Replaced(List<SumStep> path, int at, SumNode sibling) =>
        [.. path.Select((step, i) => i == at ? step with { Sibling = sibling } : step)];

    private static List<SumStep> Turned(List<SumStep> path, int at) =>
        [.. path.Select((step, i) => i == at ? step with { Side = 1 - step.Side } : step)];

    private static bool SameStep(SumStep left, SumStep right) =>
        left.Side == right.Side && left.Sibling.IsSameAs(right.Sibling);

    // The same tree from the top down, over text: shares neither shape nor encoding code with the product.
    private static string Recurse(string[] leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0].Split(':')[0];
        }

        var half = leaves.Length / 2;
        return Sha256("01" + Half(leaves[..half]) + Half(leaves[half..]));
    }

    private static string Half(string[] leaves) => Recurse(leaves) + leaves
        .Sum(leaf => long.Parse(leaf.Split(':')[1], CultureInfo.InvariantCulture))
        .ToString("x16", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Padded(List<SumNode> leaves)
    {
        var size = 1;
        while (size < leaves.Count)
        {
            size *= 2;
        }

        var padding = Sha256(new string('0', 2 * (1 + 32 + 16 + 8))) + ":0";
        return leaves.Select(leaf => $"{Convert.ToHexStringLower(leaf.Hash)}:{leaf.Sum.Value}")
            .Order(StringComparer.Ordinal)
            .Concat(Enumerable.Repeat(padding, size - leaves.Count));
    }

    private static string Sha256(string hex) =>
        Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(hex)));
}
