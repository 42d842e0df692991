using System.Buffers.Binary;

namespace Gateway.Billing;

/// <summary>On which side of our node its sibling stands.</summary>
internal enum Side
{
    Left,
    Right,
}

/// <summary>One step from a leaf to the root.</summary>
internal sealed record SumStep(Side Side, SumNode Sibling)
{
    /// <summary>The node that this step reaches from <paramref name="node"/>.</summary>
    internal SumNode From(SumNode node) => Side switch
    {
        Side.Left => SumNode.Above(Sibling, node),
        Side.Right => SumNode.Above(node, Sibling),
    };
}

/// <summary>The way from a leaf to the root: the lowest step first.</summary>
internal static class SumPath
{
    /// <summary>A tree of more leaves would not fit any memory; a longer path is refused before it is walked.</summary>
    internal const int MaxSteps = 40;

    private const int StepSize = 1 + SumNode.HashSize + sizeof(long);

    /// <summary>The root that the path leads to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A sum is negative.</exception>
    /// <exception cref="OverflowException">The sums do not fit 63 bits.</exception>
    internal static SumNode Root(SumNode leaf, IEnumerable<SumStep> path) =>
        path.Aggregate(leaf, (node, step) => step.From(node));

    /// <summary>41 bytes a step: the side (0 left, 1 right), the sibling's hash, its sum.</summary>
    internal static byte[] Write(IReadOnlyList<SumStep> path)
    {
        var bytes = new byte[path.Count * StepSize];
        for (var i = 0; i < path.Count; i++)
        {
            var step = bytes.AsSpan(i * StepSize, StepSize);
            step[0] = (byte)path[i].Side;
            path[i].Sibling.WriteTo(step[1..]);
        }

        return bytes;
    }

    internal static List<SumStep> Read(byte[] bytes) =>
        [.. bytes.Chunk(StepSize).Select(step => new SumStep((Side)step[0], new(
            step[1..(1 + SumNode.HashSize)],
            new(BinaryPrimitives.ReadInt64BigEndian(step.AsSpan(1 + SumNode.HashSize))))))];
}
